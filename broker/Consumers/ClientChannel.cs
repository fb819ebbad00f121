using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers;

/// <summary>A client as one of its groups sees it: its connection and what it said of itself.</summary>
public sealed class ClientChannel(RemotingConnection connection, string clientId, LanguageCode language, int version)
{
    private long _lastUpdateMs;

    public RemotingConnection Connection { get; } = connection;

    public string ClientId { get; } = clientId;

    public LanguageCode Language { get; } = language;

    public int Version { get; } = version;

    /// <summary>When it last sent a heartbeat, in ms since 1970.</summary>
    public long LastUpdateMs
    {
        get => Volatile.Read(ref _lastUpdateMs);
        set => Volatile.Write(ref _lastUpdateMs, value);
    }
}
