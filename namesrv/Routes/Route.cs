using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.NameServer.Routes;

/// <summary>A topic's route as it stands until something of it changes; every client asks for it each 30 s, so it is printed once.</summary>
internal sealed class Route(TopicRouteData data)
{
    private byte[]? _compact;
    private byte[]? _standard;

    public TopicRouteData Data { get; } = data;

    /// <summary>The data as it stands, in one of the two dialects of routes.</summary>
    public byte[] Body(JsonStyle style) => style == JsonStyle.Standard
        ? _standard ??= RemotingJson.Serialize(Data, style)
        : _compact ??= RemotingJson.Serialize(Data, style);

    /// <summary>The route without the masters of other zones; what has no master stays, so that its slaves can be read.</summary>
    public TopicRouteData InZone(string zone)
    {
        var brokers = Data.BrokerDatas
            .Where(b => !b.BrokerAddrs.ContainsKey(Broker.MasterId) || string.Equals(b.ZoneName, zone, StringComparison.OrdinalIgnoreCase))
            .ToList();
        var removed = Data.BrokerDatas.Except(brokers).ToList();
        var removedAddresses = removed.SelectMany(b => b.BrokerAddrs.Values).ToHashSet(StringComparer.Ordinal);
        return Data with
        {
            BrokerDatas = brokers,
            QueueDatas = [.. Data.QueueDatas.Where(q => removed.TrueForAll(b => b.BrokerName != q.BrokerName))],
            FilterServerTable = Data.FilterServerTable.Where(f => !removedAddresses.Contains(f.Key)).ToDictionary(),
        };
    }
}
