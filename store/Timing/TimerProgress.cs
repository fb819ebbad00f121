using System.Buffers.Binary;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Timing;

/// <summary>
/// How far timers are at this moment, written without waiting for the disk, so that a killed process delivers next to nothing twice. It holds only
/// if both logs survived up to where they were. From byte 64 of <c>config/timercheck</c>, which Apache neither reads nor writes: five longs in this
/// order | int CRC of them.
/// </summary>
/// <param name="ReadTimeMs">The first slot not delivered whole.</param>
/// <param name="SlotDone">Messages of that slot that are done.</param>
/// <param name="QueueOffset">The first offset of the timer queue that is not in the wheel.</param>
/// <param name="LogEnd">End of the timer log.</param>
/// <param name="PhysicalEnd">Where the last record taken or delivered ends in the commit log.</param>
internal readonly record struct TimerProgress(long ReadTimeMs, long SlotDone, long QueueOffset, long LogEnd, long PhysicalEnd)
{
    internal const int Bytes = 44;

    internal static bool TryRead(ReadOnlySpan<byte> bytes, out TimerProgress progress)
    {
        progress = new(
            BinaryPrimitives.ReadInt64BigEndian(bytes),
            BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[32..]));
        return progress.ReadTimeMs > 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes[40..]) == MessageCrc.Compute(bytes[..40]);
    }

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, ReadTimeMs);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], SlotDone);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], QueueOffset);
        BinaryPrimitives.WriteInt64BigEndian(bytes[24..], LogEnd);
        BinaryPrimitives.WriteInt64BigEndian(bytes[32..], PhysicalEnd);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[40..], MessageCrc.Compute(bytes[..40]));
    }
}
