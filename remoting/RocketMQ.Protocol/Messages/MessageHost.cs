using System.Buffers.Binary;
using System.Net;

namespace RocketMQ.Protocol.Messages;

/// <summary>
/// A host in a record: an IPv4 or IPv6 address and a port, without garbage. The address is kept as its network-order number in two halves:
/// what has a UInt128 in it can't be compiled ahead of time, and every record has a host.
/// </summary>
public readonly record struct MessageHost
{
    private readonly ulong _high;
    private readonly ulong _low;

    private MessageHost(ulong high, ulong low, int port, bool isV6)
    {
        _high = high;
        _low = low;
        Port = port;
        IsV6 = isV6;
    }

    public int Port { get; }

    public bool IsV6 { get; }

    /// <summary>Bytes the host takes in a record: 8 or 20.</summary>
    public int Size => IsV6 ? MessageLayout.HostV6Size : MessageLayout.HostV4Size;

    /// <summary>The host of a socket address; an IPv4 address mapped into IPv6 counts as IPv4.</summary>
    public static MessageHost From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var address = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        Span<byte> bytes = stackalloc byte[MessageLayout.HostV6Size];
        address.TryWriteBytes(bytes, out var length);
        BinaryPrimitives.WriteInt32BigEndian(bytes[length..], endPoint.Port);
        return Read(bytes, length == 16);
    }

    /// <summary>Reads address and 4-byte port.</summary>
    public static MessageHost Read(ReadOnlySpan<byte> bytes, bool isV6) =>
        isV6
            ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), true)
            : new(0, BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes[4..]), false);

    /// <summary>Writes address and 4-byte port; <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        if (IsV6)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
            BinaryPrimitives.WriteInt32BigEndian(bytes[16..], Port);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)_low);
            BinaryPrimitives.WriteInt32BigEndian(bytes[4..], Port);
        }
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[MessageLayout.HostV6Size];
        Write(bytes);
        return new IPAddress(bytes[..(IsV6 ? 16 : 4)]);
    }

    public IPEndPoint ToEndPoint() => new(ToIPAddress(), Port);

    /// <summary><c>ip:port</c>, IPv6 addresses in brackets.</summary>
    public override string ToString() =>
        IsV6 ? $"[{ToIPAddress()}]:{Port}" : $"{ToIPAddress()}:{Port}";
}
