namespace RocketMQ.Broker.Topics;

/// <summary>The bits of a topic's <c>topicSysFlag</c>.</summary>
public static class TopicSysFlag
{
    public const int Unit = 1;
    public const int UnitSubscription = 2;
}
