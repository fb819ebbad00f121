namespace RocketMQ.Broker.Statistics;

/// <summary>Finds counters by the names and keys that Apache's brokers give them.</summary>
/// <param name="statistics">The counters.</param>
/// <param name="cluster">The key of the broker's own.</param>
internal sealed class StatisticsNames(BrokerStatistics statistics, string cluster)
{
    /// <param name="name">Such as <c>TOPIC_PUT_NUMS</c>.</param>
    /// <param name="key">A topic, <c>topic@group</c>, or the cluster; latencies take a queue and an @ before it.</param>
    /// <param name="divisor">What the counter's values are to be divided by: 1000 where it counts µs and the name means ms.</param>
    public Counter? Find(string name, string key, out int divisor)
    {
        divisor = name.EndsWith("_LATENCY", StringComparison.Ordinal) ? 1000 : 1;
        return name switch
        {
            "TOPIC_PUT_NUMS" => statistics.FindTopic(key)?.Messages,
            "TOPIC_PUT_SIZE" => statistics.FindTopic(key)?.Bytes,
            "TOPIC_PUT_LATENCY" => statistics.FindTopic(WithoutQueue(key, parts: 2))?.PutLatencyUs,
            "GROUP_GET_NUMS" => Group(key)?.Messages,
            "GROUP_GET_SIZE" => Group(key)?.Bytes,
            "GROUP_GET_LATENCY" => Group(WithoutQueue(key, parts: 3))?.GetLatencyUs,
            "GROUP_CK_NUMS" => Group(key)?.CheckPoints,
            "GROUP_ACK_NUMS" => Group(key)?.Acknowledged,
            "SNDBCK_PUT_NUMS" => Group(key)?.SentBack,
            "DLQ_PUT_NUMS" => Group(key)?.DeadLetters,
            _ => key == cluster ? FindBroker(name) : null,
        };
    }

    private Counter? FindBroker(string name) => name switch
    {
        "BROKER_PUT_NUMS" => statistics.Put,
        "BROKER_PUT_NUMS_WITHOUT_SYSTEM_TOPIC" => statistics.PutOfClients,
        "BROKER_GET_NUMS" => statistics.Got,
        "BROKER_GET_NUMS_WITHOUT_SYSTEM_TOPIC" => statistics.GotOfClients,
        "BROKER_ACK_NUMS" => statistics.Acknowledged,
        "BROKER_CK_NUMS" => statistics.CheckPoints,
        _ => null,
    };

    private GroupFigures? Group(string key) =>
        Offsets.TopicGroup.TryParse(key, out var parsed) ? statistics.FindGroup(parsed.Topic, parsed.Group) : null;

    private static string WithoutQueue(string key, int parts) =>
        key.Split('@').Length == parts ? key[(key.IndexOf('@', StringComparison.Ordinal) + 1)..] : key;
}
