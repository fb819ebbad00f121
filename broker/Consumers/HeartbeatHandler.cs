using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers;

/// <summary>HEART_BEAT (34), both versions: a client says which groups it produces and consumes for.</summary>
public sealed class HeartbeatHandler(
    BrokerOptions options, ConsumerTable consumers, ProducerTable producers, SubscriptionGroups groups, TopicTable topics) : IRequestHandler
{
    private readonly Memberships _memberships = new(options);

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        if (context.Request.Body.Length > options.MaxHeartbeatSize)
        {
            return Refused($"a heartbeat of {context.Request.Body.Length} bytes is longer than the limit of {options.MaxHeartbeatSize} (maxHeartbeatSize)");
        }

        var heartbeat = context.Request.ReadBody<HeartbeatData>();
        if (_memberships.Add(context.Connection, heartbeat) is { } full)
        {
            return Refused(full);
        }

        var request = context.Request;
        var channel = new ClientChannel(context.Connection, heartbeat.ClientId, request.Language, request.Version);

        // A client that sends no fingerprint speaks version 1 and always sends its subscriptions.
        var wantsSubscriptions = heartbeat.HeartbeatFingerprint == 0;
        foreach (var data in heartbeat.ConsumerDataSet)
        {
            wantsSubscriptions |= RegisterConsumer(channel, data, heartbeat);
        }

        foreach (var data in heartbeat.ProducerDataSet)
        {
            producers.Register(data.GroupName, channel);
        }

        var response = RemotingCommand.Response(ResponseCode.Success);
        response.AddField("IS_SUPPORT_HEART_BEAT_V2", "true");
        response.AddField("IS_SUB_CHANGE", wantsSubscriptions ? "true" : "false");
        return ValueTask.FromResult<RemotingCommand?>(response);
    }

    private static ValueTask<RemotingCommand?> Refused(string reason) =>
        ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.SystemError, reason));

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
