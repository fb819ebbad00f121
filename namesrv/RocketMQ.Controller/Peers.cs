using RocketMQ.Protocol.Names;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Controller;

/// <summary>The controllers that belong together, and which of them this one is.</summary>
internal sealed class Peers
{
    private readonly IReadOnlyList<(string Id, string Address)> _all;

    private Peers(string selfId, string? selfAddress, IReadOnlyList<(string Id, string Address)> all)
    {
        SelfId = selfId;
        SelfAddress = selfAddress;
        _all = all;
    }

    public string SelfId { get; }

    /// <summary>Where brokers reach this one; none is configured: where it listens.</summary>
    public string? SelfAddress { get; }

    public int Count => Math.Max(_all.Count, 1);

    /// <summary>The port that this one's address names.</summary>
    public int? SelfPort => SelfAddress is null ? null : PortOf(SelfAddress);

    /// <exception cref="ConfigurationException">The keys do not fit together.</exception>
    public static Peers Of(ControllerOptions options)
    {
        var all = options.ControllerDLegerPeers.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse).ToList();
        var self = options.ControllerDLegerSelfId;
        if (!NameRule.IsLegal(NameKind.Broker, self) || self.Contains('-', StringComparison.Ordinal))
        {
            throw new ConfigurationException($"controllerDLegerSelfId={self} is no id of a controller: a word without '-'.");
        }

        return all.Select(peer => peer.Id).Distinct(StringComparer.Ordinal).Count() != all.Count
            ? throw new ConfigurationException($"controllerDLegerPeers={options.ControllerDLegerPeers} has an id twice.")
            : all.Count > 0 && all.TrueForAll(peer => peer.Id != self)
            ? throw new ConfigurationException($"controllerDLegerSelfId={self} is none of controllerDLegerPeers={options.ControllerDLegerPeers}.")
            : new Peers(self, all.Find(peer => peer.Id == self).Address, all);
    }

    /// <summary>As GET_METADATA_INFO tells: <c>id:host:port;</c> for each.</summary>
    public string Describe(string selfAddress) => _all.Count == 0 ? $"{SelfId}:{selfAddress};" : string.Concat(_all.Select(peer => $"{peer.Id}:{peer.Address};"));

    private static (string Id, string Address) Parse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && PortOf(text[(dash + 1)..]) is not null
            ? (text[..dash], text[(dash + 1)..])
            : throw new ConfigurationException($"controllerDLegerPeers has '{text}', which is not id-host:port.");
    }

    private static int? PortOf(string address)
    {
        var colon = address.LastIndexOf(':');
        return colon > 0 && int.TryParse(address.AsSpan(colon + 1), out var port) && port is > 0 and <= 65535 ? port : null;
    }
}
