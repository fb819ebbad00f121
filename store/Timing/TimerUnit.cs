using System.Buffers.Binary;

namespace RocketMQ.Store.Timing;

/// <summary>
/// An entry of the timer log, 52 bytes, big-endian: size 4 (52) | previous position 8 | magic 4 | write time 8 | delay 4 | record's offset 8 |
/// record's size 4 | hash of the real topic 4 | reserved 8. The entries of a slot are chained from the newest to the oldest.
/// </summary>
/// <param name="Previous">Position of the slot's entry before this one; −1 for its first.</param>
/// <param name="Magic">Bits of <see cref="TimerMagic"/>.</param>
/// <param name="WriteTimeMs">When the entry was written, floored to the precision.</param>
/// <param name="DelayMs">From then until the slot's time; negative for what came late.</param>
/// <param name="PhysicalOffset">Where the message's record stands in the commit log.</param>
/// <param name="Size">The record's size.</param>
/// <param name="TopicHash">Java hash of the topic the message is for.</param>
public readonly record struct TimerUnit(
    long Previous, int Magic, long WriteTimeMs, int DelayMs, long PhysicalOffset, int Size, int TopicHash)
{
    public const int Bytes = 52;

    /// <summary>The slot's time.</summary>
    public long TimeMs => WriteTimeMs + DelayMs;

    /// <summary>The slot is a stage on a long way: the message goes back to the timer queue from there.</summary>
    public bool IsRolled => (Magic & TimerMagic.Roll) != 0;

    /// <summary>The message is no message but takes back another one of its slot.</summary>
    public bool IsDelete => (Magic & TimerMagic.Delete) != 0;

    /// <summary>False where nothing, or something else, was written.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long position, out TimerUnit unit)
    {
        unit = default;
        if (bytes.Length < Bytes || BinaryPrimitives.ReadInt32BigEndian(bytes) != Bytes)
        {
            return false;
        }
        unit = new(
            BinaryPrimitives.ReadInt64BigEndian(bytes[4..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[28..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[36..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[40..]));
        return unit.Magic is > 0 and <= 0xF && unit.Previous >= -1 && unit.Previous < position && unit is { PhysicalOffset: >= 0, Size: > 0 };
    }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes, Bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes[4..], Previous);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], Magic);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], WriteTimeMs);
        BinaryPrimitives.WriteInt32BigEndian(bytes[24..], DelayMs);
        BinaryPrimitives.WriteInt64BigEndian(bytes[28..], PhysicalOffset);
        BinaryPrimitives.WriteInt32BigEndian(bytes[36..], Size);
        BinaryPrimitives.WriteInt32BigEndian(bytes[40..], TopicHash);
        BinaryPrimitives.WriteInt64BigEndian(bytes[44..], 0);
    }
}
