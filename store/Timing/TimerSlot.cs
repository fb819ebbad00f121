using System.Buffers.Binary;

namespace RocketMQ.Store.Timing;

/// <summary>
/// A slot of the timer wheel, 32 bytes, big-endian: time / precision 8 | first position 8 | last position 8 | count 4 | magic 4 (unused).
/// </summary>
/// <param name="Time">Its time divided by the precision.</param>
/// <param name="First">Timer log position of its oldest entry.</param>
/// <param name="Last">Timer log position of its newest entry; −1 for an empty slot.</param>
/// <param name="Count">Messages less those taken back.</param>
/// <param name="Magic">Kept as it is.</param>
internal readonly record struct TimerSlot(long Time, long First, long Last, int Count, int Magic)
{
    internal const int Bytes = 32;

    internal static readonly TimerSlot Empty = new(-1, -1, -1, 0, 0);

    internal static TimerSlot Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64BigEndian(bytes),
        BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadInt32BigEndian(bytes[24..]),
        BinaryPrimitives.ReadInt32BigEndian(bytes[28..]));

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, Time);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], First);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], Last);
        BinaryPrimitives.WriteInt32BigEndian(bytes[24..], Count);
        BinaryPrimitives.WriteInt32BigEndian(bytes[28..], Magic);
    }
}
