using System.Buffers.Binary;

namespace RocketMQ.Broker.Replication.Epochs;

/// <summary>The first that a slave says, in 16 bytes.</summary>
/// <param name="SyncFromLastFile">Whether one that has nothing wants the newest file alone.</param>
/// <param name="IsLearner">Whether it is never to be in the sync-state set.</param>
/// <param name="BrokerId">The id that the controller gave it.</param>
internal sealed record SlaveHandshake(bool SyncFromLastFile, bool IsLearner, long BrokerId)
{
    public const int Size = 16;

    public void Write(Span<byte> output)
    {
        BinaryPrimitives.WriteInt32BigEndian(output, (int)HaState.Handshake);
        BinaryPrimitives.WriteInt16BigEndian(output[4..], (short)(SyncFromLastFile ? 1 : 0));
        BinaryPrimitives.WriteInt16BigEndian(output[6..], (short)(IsLearner ? 1 : 0));
        BinaryPrimitives.WriteInt64BigEndian(output[8..], BrokerId);
    }

    /// <summary>Reads what stands behind the state.</summary>
    public static SlaveHandshake Read(ReadOnlySpan<byte> input) => new(
        BinaryPrimitives.ReadInt16BigEndian(input[4..]) == 1, BinaryPrimitives.ReadInt16BigEndian(input[6..]) == 1, BinaryPrimitives.ReadInt64BigEndian(input[8..]));
}
