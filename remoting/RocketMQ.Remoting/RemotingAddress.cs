using System.Globalization;
using System.Net;

namespace RocketMQ.Remoting;

/// <summary>The <c>host:port</c> form in which RocketMQ names endpoints; IPv6 hosts may stand in brackets or bare.</summary>
public static class RemotingAddress
{
    /// <exception cref="FormatException">There is no port, or it is no port number.</exception>
    public static EndPoint Parse(string address)
    {
        var colon = address.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            throw new FormatException($"'{address}' is not host:port");
        }

        var host = address[..colon].Trim('[', ']');
        return IPAddress.TryParse(host, out var ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port);
    }
}
