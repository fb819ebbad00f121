using System.Buffers;
using System.Buffers.Binary;

namespace RocketMQ.Protocol.Messages;

/// <summary>
/// The body of a batch send, sub-messages one after another: totalSize 4 | magic 4 (0) | bodyCrc 4 (0) | flag 4 | bodyLength 4, body |
/// propertiesLength 2, properties. The topic stands in the request's header.
/// </summary>
public static class BatchBody
{
    /// <summary>The size of a sub-message without body and properties.</summary>
    public const int MinMessageSize = 22;

    private const int FixedSize = MinMessageSize;

    /// <summary>Appends a sub-message.</summary>
    public static void Write(IBufferWriter<byte> writer, int flag, ReadOnlySpan<byte> body, ReadOnlySpan<byte> properties)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var size = FixedSize + body.Length + properties.Length;
        var destination = writer.GetSpan(size)[..size];
        BinaryPrimitives.WriteInt32BigEndian(destination, size);
        destination[4..12].Clear();
        BinaryPrimitives.WriteInt32BigEndian(destination[12..], flag);
        BinaryPrimitives.WriteInt32BigEndian(destination[16..], body.Length);
        body.CopyTo(destination[20..]);
        BinaryPrimitives.WriteInt16BigEndian(destination[(20 + body.Length)..], checked((short)properties.Length));
        properties.CopyTo(destination[(FixedSize + body.Length)..]);
        writer.Advance(size);
    }

    /// <summary>Counts the sub-messages; false when the bytes are not whole sub-messages.</summary>
    public static bool TryCount(ReadOnlySpan<byte> body, out int count)
    {
        count = 0;
        while (!body.IsEmpty)
        {
            if (!TryTake(ref body, out _))
            {
                return false;
            }
            count++;
        }
        return true;
    }

    /// <summary>Takes the next sub-message off the front; false, with the body as it was, when none stands there whole.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> body, out SubMessage message)
    {
        message = default;
        if (body.Length < FixedSize)
        {
            return false;
        }
        var size = BinaryPrimitives.ReadInt32BigEndian(body);
        var bodyLength = BinaryPrimitives.ReadInt32BigEndian(body[16..]);
        if (size < FixedSize || size > body.Length || (uint)bodyLength > (uint)(size - FixedSize))
        {
            return false;
        }
        var propertiesLength = BinaryPrimitives.ReadInt16BigEndian(body[(20 + bodyLength)..]);
        if (propertiesLength != size - FixedSize - bodyLength)
        {
            return false;
        }
        message = new(BinaryPrimitives.ReadInt32BigEndian(body[12..]), body.Slice(20, bodyLength), body.Slice(FixedSize + bodyLength, propertiesLength));
        body = body[size..];
        return true;
    }

    /// <summary>One message of a batch.</summary>
    public readonly ref struct SubMessage(int flag, ReadOnlySpan<byte> body, ReadOnlySpan<byte> properties)
    {
        public int Flag { get; } = flag;

        public ReadOnlySpan<byte> Body { get; } = body;

        public ReadOnlySpan<byte> Properties { get; } = properties;
    }
}
