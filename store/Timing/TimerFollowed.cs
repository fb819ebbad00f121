using System.Buffers.Binary;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Timing;

/// <summary>
/// What another broker of the set has done with the timer queue: of its messages before an offset those for slots before a time are delivered. From byte 112
/// of <c>config/timercheck</c>, which Apache neither reads nor writes: two longs | int CRC of them.
/// </summary>
/// <param name="QueueOffset">The messages before this one had been taken.</param>
/// <param name="ReadTimeMs">The slots before this one had been delivered.</param>
internal readonly record struct TimerFollowed(long QueueOffset, long ReadTimeMs)
{
    internal const int Bytes = 20;

    public bool Has(long queueOffset, long timeMs) => queueOffset < QueueOffset && timeMs < ReadTimeMs;

    internal static TimerFollowed Read(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]) == MessageCrc.Compute(bytes[..16])
            ? new(BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]))
            : default;

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, QueueOffset);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], ReadTimeMs);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], MessageCrc.Compute(bytes[..16]));
    }
}
