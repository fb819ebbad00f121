using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>A consumer group as a broker keeps it.</summary>
public sealed record SubscriptionGroupConfig : INamingBody
{
    public string GroupName { get; init; } = "";
    public bool ConsumeEnable { get; init; } = true;
    public bool ConsumeFromMinEnable { get; init; } = true;
    public bool ConsumeBroadcastEnable { get; init; } = true;
    public bool ConsumeMessageOrderly { get; init; }
    public int RetryQueueNums { get; init; } = 1;
    public int RetryMaxTimes { get; init; } = 16;
    public GroupRetryPolicy GroupRetryPolicy { get; init; } = new();
    public long BrokerId { get; init; }
    public long WhichBrokerWhenConsumeSlowly { get; init; } = 1;
    public bool NotifyConsumerIdsChangedEnable { get; init; } = true;
    public int GroupSysFlag { get; init; }
    public int ConsumeTimeoutMinute { get; init; } = 15;
    public HashSet<SimpleSubscriptionData>? SubscriptionDataSet { get; init; }
    public Dictionary<string, string> Attributes { get; init; } = [];

    void INamingBody.CheckNames() => CheckNames();

    internal void CheckNames()
    {
        NameRule.Check(NameKind.Group, GroupName);
        foreach (var subscription in SubscriptionDataSet ?? [])
        {
            SubscriptionData.CheckTopic(subscription.Topic);
        }
    }
}
