using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Consumers;

/// <summary>A client as one of its groups sees it.</summary>
public sealed class ClientChannel(IClientLink link, string clientId)
{
    private long _lastUpdateMs;

    public IClientLink Link { get; } = link;

    public string ClientId { get; } = clientId;

    /// <summary>When it last sent a heartbeat, in ms since 1970.</summary>
    public long LastUpdateMs
    {
        get => Volatile.Read(ref _lastUpdateMs);
        set => Volatile.Write(ref _lastUpdateMs, value);
    }
}
