using System.Buffers;
using System.Buffers.Binary;

namespace RocketMQ.Broker.Replication;

/// <summary>
/// The head of what a master sends: where in its log the bytes stand that follow, and how many. A frame without bytes says that the master is there. The
/// other way a slave says, in 8 bytes, up to where it has the log.
/// </summary>
internal readonly record struct LogFrame(long Offset, int Size)
{
    public const int HeadSize = 12;

    public const int ReportSize = 8;

    public void Write(Span<byte> head)
    {
        BinaryPrimitives.WriteInt64BigEndian(head, Offset);
        BinaryPrimitives.WriteInt32BigEndian(head[8..], Size);
    }

    /// <summary>Takes a head off the front of what has come; false when it has not come whole.</summary>
    public static bool TryTake(ref ReadOnlySequence<byte> input, out LogFrame frame)
    {
        frame = default;
        if (input.Length < HeadSize)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[HeadSize];
        input.Slice(0, HeadSize).CopyTo(head);
        frame = new LogFrame(BinaryPrimitives.ReadInt64BigEndian(head), BinaryPrimitives.ReadInt32BigEndian(head[8..]));
        input = input.Slice(HeadSize);
        return true;
    }

    /// <summary>Takes all whole reports off the front of what has come; the last one counts.</summary>
    public static bool TryTakeReport(ref ReadOnlySequence<byte> input, out long offset)
    {
        offset = 0;
        var whole = input.Length / ReportSize * ReportSize;
        if (whole == 0)
        {
            return false;
        }

        Span<byte> report = stackalloc byte[ReportSize];
        input.Slice(whole - ReportSize, ReportSize).CopyTo(report);
        offset = BinaryPrimitives.ReadInt64BigEndian(report);
        input = input.Slice(whole);
        return true;
    }
}
