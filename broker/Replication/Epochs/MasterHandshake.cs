using System.Buffers.Binary;

namespace RocketMQ.Broker.Replication.Epochs;

/// <summary>A master's answer to a slave's handshake: 20 bytes, and 12 for each of its epochs.</summary>
/// <param name="EntriesSize">Bytes of the epochs.</param>
/// <param name="EndOffset">Where its log ends.</param>
/// <param name="Epoch">The last of its epochs.</param>
internal readonly record struct MasterHandshake(int EntriesSize, long EndOffset, int Epoch)
{
    public const int HeadSize = 20;

    public const int EntrySize = 12;

    /// <summary>Epochs that are sent and believed, far more than a log has: Apache's slaves have room for three times as many, its masters fail beyond 1000.</summary>
    public const int MaxEntries = 100_000;

    public void Write(Span<byte> output)
    {
        BinaryPrimitives.WriteInt32BigEndian(output, (int)HaState.Handshake);
        BinaryPrimitives.WriteInt32BigEndian(output[4..], EntriesSize);
        BinaryPrimitives.WriteInt64BigEndian(output[8..], EndOffset);
        BinaryPrimitives.WriteInt32BigEndian(output[16..], Epoch);
    }

    /// <summary>Reads what stands behind the state.</summary>
    public static MasterHandshake Read(ReadOnlySpan<byte> head) => new(
        BinaryPrimitives.ReadInt32BigEndian(head[4..]), BinaryPrimitives.ReadInt64BigEndian(head[8..]), BinaryPrimitives.ReadInt32BigEndian(head[16..]));

    public static void WriteEntry(Span<byte> output, EpochEntry entry)
    {
        BinaryPrimitives.WriteInt32BigEndian(output, entry.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(output[4..], entry.StartOffset);
    }

    public static EpochEntry ReadEntry(ReadOnlySpan<byte> input) => new(BinaryPrimitives.ReadInt32BigEndian(input), BinaryPrimitives.ReadInt64BigEndian(input[4..]));
}
