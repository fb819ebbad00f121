using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RocketMQ.Remoting.Entering;

/// <summary>Version 1: <c>PROXY TCP4 192.0.2.1 192.0.2.9 40000 10911\r\n</c>.</summary>
internal static class TextProxyHeader
{
    /// <summary>The longest that version 1 can be, its end of line included.</summary>
    private const int MaxLength = 107;

    public static ReadOnlySpan<byte> Signature => "PROXY "u8;

    public static ProxyHeader Read(ReadOnlySpan<byte> bytes)
    {
        var end = bytes[..Math.Min(bytes.Length, MaxLength)].IndexOf("\r\n"u8);
        if (end < 0)
        {
            return bytes.Length < MaxLength
                ? new ProxyHeader(ProxyHeaderStatus.Incomplete)
                : ProxyHeader.Invalid($"a PROXY header of version 1 that is longer than {MaxLength} bytes");
        }

        var words = Encoding.Latin1.GetString(bytes[Signature.Length..end]).Split(' ');
        var length = end + 2;
        return words switch
        {
            ["UNKNOWN", ..] => new ProxyHeader(ProxyHeaderStatus.Complete, null, length),
            ["TCP4", var from, var to, var fromPort, var toPort] => Complete(AddressFamily.InterNetwork, from, to, fromPort, toPort, length),
            ["TCP6", var from, var to, var fromPort, var toPort] => Complete(AddressFamily.InterNetworkV6, from, to, fromPort, toPort, length),
            _ => ProxyHeader.Invalid("a PROXY header of version 1 that is not TCP4, TCP6 or UNKNOWN with two addresses and two ports"),
        };
    }

    private static ProxyHeader Complete(AddressFamily family, string from, string to, string fromPort, string toPort, int length) =>
        Address(family, from) is { } source && Address(family, to) is not null && Port(fromPort) is { } port && Port(toPort) is not null
            ? new ProxyHeader(ProxyHeaderStatus.Complete, new IPEndPoint(source, port), length)
            : ProxyHeader.Invalid("a PROXY header of version 1 with an address or port that is none");

    /// <summary>As it is written, and not in one of the many other ways that systems take: 127.1, 0x7f000001, 010.0.0.1, fe80::1%eth0.</summary>
    private static IPAddress? Address(AddressFamily family, string text)
    {
        var isPlain = family == AddressFamily.InterNetwork
            ? text.Split('.') is { Length: 4 } parts && parts.All(part => part is "0" || (part.Length is > 0 and < 4 && part.All(char.IsAsciiDigit) && part[0] != '0'))
            : text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.');
        return isPlain && IPAddress.TryParse(text, out var address) && address.AddressFamily == family ? address : null;
    }

    private static int? Port(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
}
