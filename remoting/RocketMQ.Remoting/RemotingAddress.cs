using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

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

    /// <summary>Whether a text is <c>host:port</c>.</summary>
    public static bool IsAddress(string text)
    {
        try
        {
            _ = Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary><c>host:port</c>; an IPv6 address stands in brackets.</summary>
    public static string Format(IPAddress address, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address)}:{port}");

    /// <summary>The address of a host given by name or number.</summary>
    /// <exception cref="FormatException">The name has no address.</exception>
    public static IPAddress Resolve(string host)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return address;
        }

        try
        {
            return Dns.GetHostAddresses(host) is [var first, ..] ? first : throw new FormatException($"'{host}' has no address");
        }
        catch (SocketException e)
        {
            throw new FormatException($"'{host}' can't be resolved: {e.Message}", e);
        }
    }

    /// <summary>This machine's address as others on the network see it: IPv4 before IPv6, private networks before loopback.</summary>
    public static IPAddress LocalAddress()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .Where(n => n.OperationalStatus == OperationalStatus.Up && n.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(n => n.GetIPProperties().UnicastAddresses.Select(u => u.Address))
            .Where(a => !a.IsIPv6LinkLocal)
            .OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1);
        return addresses.FirstOrDefault() ?? IPAddress.Loopback;
    }
}
