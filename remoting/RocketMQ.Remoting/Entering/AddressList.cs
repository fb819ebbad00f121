using System.Net;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Remoting.Entering;

/// <summary>Peers by their addresses: those whose PROXY headers are believed, or who may follow a log.</summary>
public static class AddressList
{
    /// <summary>Addresses and networks (<c>10.0.0.0/8</c>), separated by commas or semicolons.</summary>
    /// <param name="key">The key they stand under.</param>
    /// <param name="text">The list.</param>
    /// <exception cref="ConfigurationException">One of them is neither.</exception>
    public static IReadOnlyList<IPNetwork> Parse(string key, string text) =>
        [.. Words(text).Select(word => Network(word)
            ?? throw new ConfigurationException($"{key}: '{word}' is no address or network such as 127.0.0.1 or 10.0.0.0/8."))];

    /// <summary>Whether a text is such a list.</summary>
    public static bool IsList(string text) => Words(text).All(word => Network(word) is not null);

    /// <summary>Whether a peer is among them.</summary>
    public static bool Include(this IReadOnlyList<IPNetwork> networks, EndPoint? peer)
    {
        if (networks.Count == 0 || peer is not IPEndPoint { Address: var address })
        {
            return false;
        }

        var plain = Plain(address);
        return networks.Any(network => network.Contains(plain));
    }

    /// <summary>An IPv4 address as such, however a socket of both kinds calls it.</summary>
    internal static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string[] Words(string text) => text.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IPNetwork? Network(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out var address) ? new IPNetwork(Plain(address), Plain(address).GetAddressBytes().Length * 8) : null;
    }
}
