using System.Buffers.Binary;

namespace RocketMQ.Store.Timing;

/// <summary>
/// How far timers are: the first 56 bytes of <c>config/timercheck</c> and the body of GET_TIMER_CHECK_POINT (60); seven longs, big-endian, in the
/// order of the properties.
/// </summary>
public sealed record TimerCheckpoint
{
    public const int Bytes = 56;

    /// <summary>The first slot not delivered yet, in ms since 1970.</summary>
    public long ReadTimeMs { get; init; }

    /// <summary>Up to here the timer log, and in the wheel its entries, are on the disk.</summary>
    public long LogPosition { get; init; }

    /// <summary>The first offset of the timer queue that is not in the wheel yet.</summary>
    public long QueueOffset { get; init; }

    /// <summary>As <see cref="QueueOffset"/>, of the master.</summary>
    public long MasterQueueOffset { get; init; }

    public long StateVersion { get; init; }

    /// <summary>When this last changed.</summary>
    public long VersionTimestamp { get; init; }

    /// <summary>How often this changed.</summary>
    public long VersionCounter { get; init; }

    public static TimerCheckpoint Read(ReadOnlySpan<byte> bytes) => new()
    {
        ReadTimeMs = BinaryPrimitives.ReadInt64BigEndian(bytes),
        LogPosition = BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
        QueueOffset = BinaryPrimitives.ReadInt64BigEndian(bytes[16..]),
        MasterQueueOffset = BinaryPrimitives.ReadInt64BigEndian(bytes[24..]),
        StateVersion = BinaryPrimitives.ReadInt64BigEndian(bytes[32..]),
        VersionTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[40..]),
        VersionCounter = BinaryPrimitives.ReadInt64BigEndian(bytes[48..]),
    };

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, ReadTimeMs);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], LogPosition);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], QueueOffset);
        BinaryPrimitives.WriteInt64BigEndian(bytes[24..], MasterQueueOffset);
        BinaryPrimitives.WriteInt64BigEndian(bytes[32..], StateVersion);
        BinaryPrimitives.WriteInt64BigEndian(bytes[40..], VersionTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(bytes[48..], VersionCounter);
    }
}
