using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>One queue of one broker. Two are equal when topic, broker and number are: usable as the key of a map, in JSON too.</summary>
public sealed record MessageQueue : IComparable<MessageQueue>
{
    public string Topic { get; init; } = "";
    public string BrokerName { get; init; } = "";
    public int QueueId { get; init; }

    public MessageQueue()
    {
    }

    public MessageQueue(string topic, string brokerName, int queueId)
    {
        Topic = topic;
        BrokerName = brokerName;
        QueueId = queueId;
    }

    /// <summary>The order in which all clients of a group must see queues to share them out alike: topic, broker, number, by UTF-16 code unit.</summary>
    public int CompareTo(MessageQueue? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byTopic = string.CompareOrdinal(Topic, other.Topic);
        var byBroker = byTopic != 0 ? byTopic : string.CompareOrdinal(BrokerName, other.BrokerName);
        return byBroker != 0 ? byBroker : QueueId.CompareTo(other.QueueId);
    }

    public static bool operator <(MessageQueue left, MessageQueue right) => left.CompareTo(right) < 0;

    public static bool operator >(MessageQueue left, MessageQueue right) => left.CompareTo(right) > 0;

    public static bool operator <=(MessageQueue left, MessageQueue right) => left.CompareTo(right) <= 0;

    public static bool operator >=(MessageQueue left, MessageQueue right) => left.CompareTo(right) >= 0;

    internal void CheckNames()
    {
        NameRule.Check(NameKind.Topic, Topic);
        NameRule.Check(NameKind.Broker, BrokerName);
    }
}
