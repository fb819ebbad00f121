using System.Buffers;

namespace RocketMQ.Broker.Replication.Shipping;

/// <summary>
/// What a slave says and how it is answered, which differs with and without a controller. What comes is taken by one thread at a time, what goes written by
/// another.
/// </summary>
internal interface ISlaveDialect
{
    /// <summary>The id that it says the controller gave it; null before, or without one.</summary>
    long? BrokerId { get; }

    /// <summary>Whether it is never to be in the sync-state set.</summary>
    bool IsLearner { get; }

    /// <summary>Whether the first that it gets is a frame without bytes.</summary>
    bool BeginsWithoutBytes { get; }

    /// <summary>Takes what has come whole off the front; false when that is nothing.</summary>
    /// <param name="input">What has come.</param>
    /// <param name="offset">Up to where it says that it has the log, if it says that.</param>
    /// <param name="fault">Why it is to go.</param>
    bool TryTake(ref ReadOnlySequence<byte> input, out long? offset, out string? fault);

    /// <summary>Where a slave begins that has the log up to an offset.</summary>
    long Start(long reported);

    /// <summary>Writes what is owed to it before anything of the log; false when that is nothing.</summary>
    bool TryAnswer(IBufferWriter<byte> output);

    /// <summary>How much of the log one frame may carry from an offset on, at most as much as is wanted.</summary>
    int Fit(long offset, int wanted);

    /// <summary>Whether a frame without bytes would tell it something.</summary>
    bool HasNews(long next);

    void WriteHead(IBufferWriter<byte> output, long offset, int size);
}
