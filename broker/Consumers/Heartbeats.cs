using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Consumers;

/// <summary>A client says which groups it produces and consumes for, and leaves them.</summary>
public sealed class Heartbeats(
    BrokerOptions options, ConsumerTable consumers, ProducerTable producers, SubscriptionGroups groups, TopicTable topics)
{
    private readonly Memberships _memberships = new(options);

    /// <param name="link">The client.</param>
    /// <param name="heartbeat">What it says.</param>
    /// <param name="wantsSubscriptions">Whether its next one has to bring subscriptions though they are what they were.</param>
    /// <returns><see langword="null"/>, or why it is not taken: then none of it is.</returns>
    public Refusal? Beat(IClientLink link, HeartbeatData heartbeat, out bool wantsSubscriptions)
    {
        // A client that sends no fingerprint speaks version 1 and always sends its subscriptions.
        wantsSubscriptions = heartbeat.HeartbeatFingerprint == 0;
        if (_memberships.Add(link, heartbeat) is { } full)
        {
            return new Refusal(RefusalKind.SystemError, full);
        }

        var channel = new ClientChannel(link, heartbeat.ClientId);
        foreach (var data in heartbeat.ConsumerDataSet)
        {
            wantsSubscriptions |= RegisterConsumer(channel, data, heartbeat);
        }

        foreach (var data in heartbeat.ProducerDataSet)
        {
            producers.Register(data.GroupName, channel);
        }

        return null;
    }

    /// <summary>A client leaves groups before it closes.</summary>
    public void Leave(IClientLink link, string? producerGroup, string? consumerGroup)
    {
        if (!string.IsNullOrEmpty(producerGroup))
        {
            producers.Unregister(producerGroup, link);
        }

        if (!string.IsNullOrEmpty(consumerGroup))
        {
            consumers.Unregister(consumerGroup, link);
        }
    }

    /// <summary>A group that is not configured and may not be created is passed over in silence, as by Apache's broker.</summary>
    /// <returns>Whether the next heartbeat has to bring subscriptions though they are what they were.</returns>
    private bool RegisterConsumer(ClientChannel channel, ConsumerData data, HeartbeatData heartbeat)
    {
        if ((options.RejectPullConsumerEnable && data.ConsumeType == ConsumeType.ConsumeActively)
            || groups.Find(data.GroupName) is not { } group)
        {
            return false;
        }

        topics.GetOrCreate(
            SystemTopics.RetryOf(data.GroupName),
            group.RetryQueueNums,
            TopicPermission.ReadWrite,
            data.UnitMode ? TopicSysFlag.UnitSubscription : 0);
        var changed = consumers.Register(channel, data, replaceSubscriptions: !heartbeat.WithoutSub);
        if (consumers.Find(data.GroupName) is not { } members)
        {
            return true;
        }

        var agrees = members.Fingerprint == heartbeat.HeartbeatFingerprint;
        members.Fingerprint = heartbeat.HeartbeatFingerprint;
        return changed || !agrees || members.Subscriptions.Count == 0;
    }
}
