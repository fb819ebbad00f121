using System.Buffers.Binary;
using System.Net;

namespace RocketMQ.Remoting.Entering;

/// <summary>Version 2: a signature, a command, a family, a length, the addresses, and whatever the proxy has to add, which is passed over.</summary>
internal static class BinaryProxyHeader
{
    private const int FixedLength = 16;
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;
    private const byte Tcp4 = 0x11;
    private const byte Tcp6 = 0x21;
    private const int Tcp4Length = 12;
    private const int Tcp6Length = 36;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static ProxyHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedLength)
        {
            return new ProxyHeader(ProxyHeaderStatus.Incomplete);
        }

        var command = bytes[Signature.Length];
        var family = bytes[Signature.Length + 1];
        var rest = BinaryPrimitives.ReadUInt16BigEndian(bytes[(Signature.Length + 2)..]);
        var length = FixedLength + rest;
        if (command is not (Local or Proxy))
        {
            return ProxyHeader.Invalid($"a PROXY header of version {command >> 4} with command {command & 0xF}, which is not known");
        }

        if (length > ProxyHeader.MaxLength)
        {
            return ProxyHeader.Invalid($"a PROXY header of {length} bytes, the limit is {ProxyHeader.MaxLength}");
        }

        if (command == Proxy && (family, rest) is (Tcp4, < Tcp4Length) or (Tcp6, < Tcp6Length))
        {
            return ProxyHeader.Invalid($"a PROXY header with {rest} bytes of addresses, which are too few for its family");
        }

        return bytes.Length < length
            ? new ProxyHeader(ProxyHeaderStatus.Incomplete)
            : new ProxyHeader(ProxyHeaderStatus.Complete, command == Proxy ? Source(family, bytes[FixedLength..]) : null, length);
    }

    /// <summary>A proxy's own connection, a UNIX socket and datagrams have no address that anybody here knows: the proxy's stays.</summary>
    private static IPEndPoint? Source(byte family, ReadOnlySpan<byte> addresses) => family switch
    {
        Tcp4 => new IPEndPoint(new IPAddress(addresses[..4]), BinaryPrimitives.ReadUInt16BigEndian(addresses[8..])),
        Tcp6 => new IPEndPoint(new IPAddress(addresses[..16]), BinaryPrimitives.ReadUInt16BigEndian(addresses[32..])),
        _ => null,
    };
}
