using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>
/// Reply to GET_ROUTEINFO_BY_TOPIC (105): the brokers that hold a topic. The Go client splits the text of <c>brokerAddrs</c> itself: never pretty-print it.
/// </summary>
public sealed record TopicRouteData : INamingBody
{
    /// <summary><c>broker:queues</c> joined by semicolons, for topics with a global order.</summary>
    public string? OrderTopicConf { get; init; }

    public List<QueueData> QueueDatas { get; init; } = [];
    public List<BrokerData> BrokerDatas { get; init; } = [];
    public Dictionary<string, List<string>> FilterServerTable { get; init; } = [];

    /// <summary>Of a static topic, by broker name.</summary>
    public Dictionary<string, TopicQueueMappingInfo>? TopicQueueMappingByBroker { get; init; }

    void INamingBody.CheckNames() => QueueDatas.ForEach(queues => NameRule.Check(NameKind.Broker, queues.BrokerName));
}
