using RocketMQ.Broker.Core;
using RocketMQ.Store;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// How durable something stored is. Only waiting gives one (<see cref="MessagePublisher"/>), and what says "stored" to a client is made
/// from one: a flush that came late or failed can't be answered with success by not looking.
/// </summary>
public readonly struct Durability
{
    private Durability(StoreOutcome outcome) => Outcome = outcome;

    public StoreOutcome Outcome { get; }

    public bool IsStored => Outcome == StoreOutcome.Stored;

    /// <summary>As Apache's brokers call it, for remarks.</summary>
    public string Name => Outcome switch
    {
        StoreOutcome.FlushSlaveTimeout => "FLUSH_SLAVE_TIMEOUT",
        StoreOutcome.SlaveNotAvailable => "SLAVE_NOT_AVAILABLE",
        _ => "FLUSH_DISK_TIMEOUT",
    };

    /// <summary>What an operation is answered that is not durable; there is a kind for a disk that is late, and one for one that fails is not.</summary>
    internal RefusalKind Kind => Outcome switch
    {
        StoreOutcome.FlushSlaveTimeout => RefusalKind.FlushSlaveTimeout,
        StoreOutcome.SlaveNotAvailable => RefusalKind.SlaveNotAvailable,
        _ => RefusalKind.FlushDiskTimeout,
    };

    /// <summary>What an operation is answered that would be a success if it were durable.</summary>
    /// <param name="what">What is stored, as the beginning of a sentence.</param>
    /// <param name="advice">What to do.</param>
    /// <returns><see langword="null"/> when it is.</returns>
    public Refusal? Refuse(string what, string advice) => IsStored ? null : new Refusal(Kind, $"{Name}: {what} is stored, but {Reason}. {advice}");

    internal static Durability Stored { get; } = new(StoreOutcome.Stored);

    /// <summary>What the other brokers of the set make of it.</summary>
    internal static Durability Of(StoreOutcome replicated) => new(replicated);

    internal static Durability Of(FlushResult flushed) => new(flushed switch
    {
        FlushResult.Ok => StoreOutcome.Stored,
        FlushResult.Timeout => StoreOutcome.FlushDiskTimeout,
        _ => StoreOutcome.FlushDiskFailed,
    });

    /// <summary>Why it is not durable, as the end of a sentence.</summary>
    public string Reason => Outcome switch
    {
        StoreOutcome.FlushDiskTimeout => "it is not on the disk within syncFlushTimeout",
        StoreOutcome.FlushDiskFailed => "it is not on the disk: the disk failed, or the broker stops",
        StoreOutcome.FlushSlaveTimeout => "no slave has it in time",
        StoreOutcome.SlaveNotAvailable => "no slave is near enough to have it",
        _ => "nobody has waited for the disk",
    };
}
