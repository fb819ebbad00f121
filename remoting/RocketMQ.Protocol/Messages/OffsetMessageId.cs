using System.Buffers.Binary;

namespace RocketMQ.Protocol.Messages;

/// <summary>
/// The id a broker gives a message: the storing broker's host and the record's physical offset, in upper-case hexadecimal.
/// 32 characters with an IPv4 host, 56 with IPv6.
/// </summary>
public static class OffsetMessageId
{
    public static string Format(MessageHost storeHost, long physicalOffset)
    {
        Span<byte> bytes = stackalloc byte[MessageLayout.HostV6Size + 8];
        storeHost.Write(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes[storeHost.Size..], physicalOffset);
        return Convert.ToHexString(bytes[..(storeHost.Size + 8)]);
    }

    /// <summary>Reads an id; false when it is of neither length or not hexadecimal.</summary>
    public static bool TryParse(ReadOnlySpan<char> id, out MessageHost storeHost, out long physicalOffset)
    {
        storeHost = default;
        physicalOffset = 0;
        var hostSize = id.Length / 2 - 8;
        Span<byte> bytes = stackalloc byte[MessageLayout.HostV6Size + 8];
        if (hostSize is not (MessageLayout.HostV4Size or MessageLayout.HostV6Size)
            || Convert.FromHexString(id, bytes, out var consumed, out _) != System.Buffers.OperationStatus.Done || consumed != id.Length)
        {
            return false;
        }
        storeHost = MessageHost.Read(bytes, hostSize == MessageLayout.HostV6Size);
        physicalOffset = BinaryPrimitives.ReadInt64BigEndian(bytes[hostSize..]);
        return true;
    }
}
