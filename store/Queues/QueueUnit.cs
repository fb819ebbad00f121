using System.Buffers.Binary;

namespace RocketMQ.Store;

/// <summary>An entry of a consume queue, 20 bytes: physical offset 8 | record size 4 | tags code 8, big-endian.</summary>
/// <param name="PhysicalOffset">Where the record stands in the commit log.</param>
/// <param name="Size">The record's size.</param>
/// <param name="TagsCode">Java hash of the tags; for delayed messages when they are due; below −2³¹ an address in the extension file.</param>
public readonly record struct QueueUnit(long PhysicalOffset, int Size, long TagsCode)
{
    public const int Bytes = 20;

    /// <summary>Stands for messages that were there before the queue's first file.</summary>
    public static readonly QueueUnit Placeholder = new(0, int.MaxValue, 0);

    /// <summary>Stands where units were passed over, until it was looked whether the log has their records.</summary>
    internal static readonly QueueUnit Pending = new(0, int.MaxValue, 1);

    /// <summary>Stands for a message that neither queue nor log has any more.</summary>
    internal static readonly QueueUnit Lost = new(0, int.MaxValue, 2);

    /// <summary>Whether anything was ever written here.</summary>
    public bool IsWritten => PhysicalOffset >= 0 && Size > 0;

    public bool IsPlaceholder => PhysicalOffset == 0 && Size == int.MaxValue;

    internal bool IsPending => this == Pending;

    internal bool IsLost => this == Lost;

    public long EndOffset => PhysicalOffset + Size;

    /// <summary>Whether <see cref="TagsCode"/> is an address in the extension file rather than a tags code.</summary>
    public bool HasExtension => TagsCode < int.MinValue;

    public static QueueUnit Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64BigEndian(bytes),
        BinaryPrimitives.ReadInt32BigEndian(bytes[8..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[12..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, PhysicalOffset);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], Size);
        BinaryPrimitives.WriteInt64BigEndian(bytes[12..], TagsCode);
    }
}
