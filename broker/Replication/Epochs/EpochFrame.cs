using System.Buffers.Binary;

namespace RocketMQ.Broker.Replication.Epochs;

/// <summary>The head of what a master sends in a controller's set, and, the other way, what a slave reports.</summary>
/// <param name="Offset">Where in the log the bytes stand that follow; −1 while there is no log.</param>
/// <param name="Size">How many they are.</param>
/// <param name="Epoch">Whose they are.</param>
/// <param name="EpochStart">Where that epoch begins.</param>
/// <param name="Confirmed">Up to where all that count have the log.</param>
internal readonly record struct EpochFrame(long Offset, int Size, int Epoch, long EpochStart, long Confirmed)
{
    public const int HeadSize = 36;

    public const int ReportSize = 12;

    public void Write(Span<byte> head)
    {
        BinaryPrimitives.WriteInt32BigEndian(head, (int)HaState.Transfer);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], Size);
        BinaryPrimitives.WriteInt64BigEndian(head[8..], Offset);
        BinaryPrimitives.WriteInt32BigEndian(head[16..], Epoch);
        BinaryPrimitives.WriteInt64BigEndian(head[20..], EpochStart);
        BinaryPrimitives.WriteInt64BigEndian(head[28..], Confirmed);
    }

    /// <summary>Reads what stands behind the state.</summary>
    public static EpochFrame Read(ReadOnlySpan<byte> head) => new(
        BinaryPrimitives.ReadInt64BigEndian(head[8..]), BinaryPrimitives.ReadInt32BigEndian(head[4..]), BinaryPrimitives.ReadInt32BigEndian(head[16..]),
        BinaryPrimitives.ReadInt64BigEndian(head[20..]), BinaryPrimitives.ReadInt64BigEndian(head[28..]));

    public static void WriteReport(Span<byte> report, long offset)
    {
        BinaryPrimitives.WriteInt32BigEndian(report, (int)HaState.Transfer);
        BinaryPrimitives.WriteInt64BigEndian(report[4..], offset);
    }

    public static long ReadReport(ReadOnlySpan<byte> report) => BinaryPrimitives.ReadInt64BigEndian(report[4..]);
}
