using System.Net;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Auth;

/// <summary>One rule: who it belongs to may or may not do these things to this resource, from these addresses.</summary>
internal sealed record PolicyEntry(Resource Resource, AccessAction Actions, IReadOnlyList<IPNetwork> Sources, Decision Decision)
{
    /// <summary>Addresses and ranges of one rule.</summary>
    public const int MaxSources = 256;

    /// <exception cref="AccessRefusedException">Something in it is no rule.</exception>
    public static PolicyEntry From(PolicyEntryInfo info)
    {
        if (!Resource.TryParse(info.Resource, out var resource))
        {
            throw new AccessRefusedException(
                $"The resource '{info.Resource}' is none: expected is Cluster:NAME, Topic:NAME or Group:NAME, where NAME may be * or end in *, or * alone.");
        }

        if (info.SourceIps is { Count: > MaxSources and var count })
        {
            throw new AccessRefusedException($"The source ips are {count}, the limit is {MaxSources}. Use ranges such as 10.1.0.0/16.");
        }

        var actions = (info.Actions ?? []).Aggregate(AccessAction.None, static (all, name) => all | AccessNames.Parse<AccessAction>(name, "action"));
        return actions == AccessAction.None
            ? throw new AccessRefusedException("The actions is empty.")
            : new PolicyEntry(
                resource, actions, [.. (info.SourceIps ?? []).Select(ParseSource)], AccessNames.Parse<Decision>(info.Decision, "decision"));
    }

    public PolicyEntryInfo ToInfo() => new()
    {
        Resource = Resource.ToString(),
        Actions = AccessNames.Of(Actions),
        SourceIps = Sources.Count == 0 ? null : [.. Sources.Select(Format)],
        Decision = Decision.ToString(),
    };

    public bool IsAbout(Access access, IPAddress? source) =>
        Resource.Covers(access.Resource)
        && (Actions.HasFlag(AccessAction.All) || (Actions & access.Actions) != 0)
        && (Sources.Count == 0 || (source is not null && Sources.Any(network => network.Contains(source))));

    private static IPNetwork ParseSource(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            return new IPNetwork(address, BitsOf(address));
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && IPAddress.TryParse(text.AsSpan(0, slash), out address)
            && int.TryParse(text.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture, out var bits) && bits >= 0 && bits <= BitsOf(address))
        {
            return new IPNetwork(Masked(address, bits), bits);
        }

        throw new AccessRefusedException($"The source ip '{text}' is invalid: expected is an address such as 10.1.2.3 or a range such as 10.1.0.0/16.");
    }

    private static int BitsOf(IPAddress address) => address.GetAddressBytes().Length * 8;

    /// <summary>A range may be named by any address in it.</summary>
    private static IPAddress Masked(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] &= (byte)(0xFF00 >> Math.Clamp(bits - (i * 8), 0, 8));
        }

        return new IPAddress(bytes);
    }

    private static string Format(IPNetwork network) =>
        network.PrefixLength == BitsOf(network.BaseAddress) ? network.BaseAddress.ToString() : network.ToString();
}
