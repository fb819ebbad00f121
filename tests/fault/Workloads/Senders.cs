using RocketMQ.Fault.Tests.Disk;
using RocketMQ.Remoting;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>
/// Senders that send in bursts and rest between them, so that there is pressure, and yet not more than an audit can look at. What is sent is
/// <see cref="SendNextAsync"/>.
/// </summary>
internal abstract class Senders(string name, int seed, int senders, int longestBurst, TimeProvider clock) : IWorkload
{
    private const int LongestRestMs = 70;

    private int _goodbyes;

    public string Name => name;

    protected int Seed => seed;

    protected TimeProvider Clock => clock;

    /// <summary>By the broker's clock.</summary>
    protected long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public virtual IEnumerable<string> Settings => [];

    public virtual RequestTable Answers => RequestTable.Empty;

    public abstract int Acknowledged { get; }

    public int Goodbyes => _goodbyes;

    public virtual string Summary => $"{name} {Acknowledged}";

    public abstract Task PrepareAsync(BrokerClient broker);

    public virtual Task RunAsync(BrokerClient broker, int round, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, senders).Select(sender => QuietlyAsync(
            () => SendAllAsync(broker, $"{name}-{round}-{sender}", new Random(HashCode.Combine(seed, round, sender)), stop))));

    public virtual void NoteDeath(long diedMs)
    {
    }

    public abstract void AuditLog(IReadOnlyDictionary<long, LogRecord> log, Findings findings);

    public abstract Task AuditAsync(BrokerClient broker, Findings findings);

    public virtual Task DrainAsync(BrokerClient broker, Findings findings) => Task.CompletedTask;

    /// <summary>Sends one message, or several that belong together, and notes what was acknowledged.</summary>
    /// <param name="sequence">Of the sender's next message.</param>
    /// <returns>The number of messages sent.</returns>
    protected abstract Task<int> SendNextAsync(BrokerClient broker, string sender, int sequence, Random random);

    /// <summary>Ends without a word when the broker is gone: what was in flight may be stored or not.</summary>
    protected async Task QuietlyAsync(Func<Task> traffic)
    {
        try
        {
            await traffic();
        }
        catch (RemotingException)
        {
        }
        catch (BrokerRefusedException e) when (e.IsGoodbye)
        {
            Interlocked.Increment(ref _goodbyes);
        }
    }

    private async Task SendAllAsync(BrokerClient broker, string sender, Random random, CancellationToken stop)
    {
        for (var sequence = 0; !stop.IsCancellationRequested;)
        {
            for (var burstEnd = sequence + random.Next(1, longestBurst); sequence < burstEnd && !stop.IsCancellationRequested;)
            {
                sequence += await SendNextAsync(broker, sender, sequence, random);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(LongestRestMs)), clock, CancellationToken.None);
        }
    }
}
