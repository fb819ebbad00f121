using System.Buffers;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Shipping;

/// <summary>A slave without a controller: it says numbers of bytes.</summary>
internal sealed class PlainSlave(MessageStore store) : ISlaveDialect
{
    public long? BrokerId => null;

    public bool IsLearner => false;

    public bool BeginsWithoutBytes => false;

    public bool TryTake(ref ReadOnlySequence<byte> input, out long? offset, out string? fault)
    {
        fault = null;
        var isThere = LogFrame.TryTakeReport(ref input, out var reported);
        offset = isThere ? reported : null;
        return isThere;
    }

    /// <summary>A slave that has nothing gets the newest file: what it has after that is for itself to ask for.</summary>
    public long Start(long reported) => reported > 0 ? reported : store.LastLogFileOffset;

    public bool TryAnswer(IBufferWriter<byte> output) => false;

    public int Fit(long offset, int wanted) => wanted;

    public bool HasNews(long next) => false;

    public void WriteHead(IBufferWriter<byte> output, long offset, int size)
    {
        new LogFrame(offset, size).Write(output.GetSpan(LogFrame.HeadSize));
        output.Advance(LogFrame.HeadSize);
    }
}
