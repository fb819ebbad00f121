using System.Text;
using RocketMQ.Broker.Offsets.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>
/// What each request needs, by its header's fields or its body. Retry topics stand for their group. What is nowhere named needs the
/// cluster: reading it where it only tells, updating it otherwise.
/// </summary>
internal sealed class RequiredAccess(string cluster)
{
    private static readonly Dictionary<int, Rule> Rules = new()
    {
        [RequestCode.SendMessage] = new(AccessAction.Pub, "topic"),
        [RequestCode.SendMessageV2] = new(AccessAction.Pub, "b"),
        [RequestCode.SendBatchMessage] = new(AccessAction.Pub, "b"),
        [RequestCode.RecallMessage] = new(AccessAction.Pub, "topic"),

        // Clients of 4.x name no topic; the handler asks about the half message's own, once it has read it.
        [RequestCode.EndTransaction] = new(AccessAction.Pub, "topic", NeedsNothingElse: true),

        // Goes to the cluster's reply topic and nowhere else, and to the client that asked.
        [RequestCode.SendReplyMessage] = new(AccessAction.Pub, NeedsNothingElse: true),
        [RequestCode.SendReplyMessageV2] = new(AccessAction.Pub, NeedsNothingElse: true),
        [RequestCode.PullMessage] = new(AccessAction.Sub, "topic", "consumerGroup"),
        [RequestCode.LitePullMessage] = new(AccessAction.Sub, "topic", "consumerGroup"),
        [RequestCode.PopMessage] = new(AccessAction.Sub, "topic", "consumerGroup"),
        [RequestCode.PeekMessage] = new(AccessAction.Sub, "topic", "consumerGroup"),
        [RequestCode.AckMessage] = new(AccessAction.Sub, "topic", "consumerGroup"),
        [RequestCode.ChangeMessageInvisibletime] = new(AccessAction.Sub, "topic", "consumerGroup"),
        [RequestCode.Notification] = new(AccessAction.Sub, "topic", "consumerGroup"),
        [RequestCode.ConsumerSendMsgBack] = new(AccessAction.Sub, Group: "group"),
        [RequestCode.UnregisterClient] = new(AccessAction.Sub, Group: "consumerGroup", NeedsNothingElse: true),
        [RequestCode.GetConsumerListByGroup] = new(AccessAction.Sub | AccessAction.Get, Group: "consumerGroup"),
        [RequestCode.QueryConsumerOffset] = new(AccessAction.Sub | AccessAction.Get, "topic", "consumerGroup"),
        [RequestCode.UpdateConsumerOffset] = new(AccessAction.Sub | AccessAction.Update, "topic", "consumerGroup"),
        [RequestCode.QueryMessage] = new(AccessAction.Sub | AccessAction.Get, "topic"),
        [RequestCode.ConsumeMessageDirectly] = new(AccessAction.Sub, "topic", "consumerGroup"),

        [RequestCode.ViewMessageById] = new(AccessAction.Get, "topic"),
        [RequestCode.SearchOffsetByTimestamp] = new(AccessAction.Get, "topic"),
        [RequestCode.GetMaxOffset] = new(AccessAction.Get, "topic"),
        [RequestCode.GetMinOffset] = new(AccessAction.Get, "topic"),
        [RequestCode.GetEarliestMsgStoretime] = new(AccessAction.Get, "topic"),
        [RequestCode.GetTopicStatsInfo] = new(AccessAction.Get, "topic"),
        [RequestCode.GetTopicConfig] = new(AccessAction.Get, "topic"),
        [RequestCode.QueryTopicConsumeByWho] = new(AccessAction.Get, "topic"),
        [RequestCode.QueryConsumeQueue] = new(AccessAction.Get, "topic", "consumerGroup"),
        [RequestCode.GetQueueLockHolder] = new(AccessAction.Get, "topic", "consumerGroup"),
        [RequestCode.QueryConsumeTimeSpan] = new(AccessAction.Get, "topic", "group"),
        [RequestCode.InvokeBrokerToGetConsumerStatus] = new(AccessAction.Get, "topic", "group"),
        [RequestCode.PollingInfo] = new(AccessAction.Get, "topic", "consumerGroup"),
        [RequestCode.GetConsumeStats] = new(AccessAction.Get, "topic", "consumerGroup", Topics: "topicList"),
        [RequestCode.GetConsumerConnectionList] = new(AccessAction.Get, Group: "consumerGroup"),
        [RequestCode.GetConsumerRunningInfo] = new(AccessAction.Get, Group: "consumerGroup"),
        [RequestCode.GetSubscriptiongroupConfig] = new(AccessAction.Get, Group: "group"),
        [RequestCode.QueryTopicsByConsumer] = new(AccessAction.Get, Group: "group"),
        [RequestCode.QuerySubscriptionByConsumer] = new(AccessAction.Get, "topic", "group"),
        [RequestCode.QueryCorrectionOffset] = new(AccessAction.Get, "topic", "compareGroup"),

        [RequestCode.UpdateAndCreateTopic] = new(AccessAction.Create, "topic"),
        [RequestCode.UpdateAndCreateStaticTopic] = new(AccessAction.Create, "topic"),
        [RequestCode.DeleteTopicInBroker] = new(AccessAction.Delete, "topic"),
        [RequestCode.DeleteSubscriptiongroup] = new(AccessAction.Delete, Group: "groupName"),
        [RequestCode.InvokeBrokerToResetOffset] = new(AccessAction.Update, "topic", "group"),
        [RequestCode.CloneGroupOffset] = new(AccessAction.Update, "topic", "destGroup", ReadGroup: "srcGroup"),
        [RequestCode.UpdateAndGetGroupForbidden] = new(AccessAction.Update, "topic", "group"),
        [RequestCode.ResumeCheckHalfMessage] = new(AccessAction.Update, "topic"),
    };

    /// <summary>Requests that only tell how the cluster does.</summary>
    private static readonly HashSet<int> ClusterReads =
    [
        RequestCode.GetAllTopicConfig, RequestCode.GetBrokerConfig, RequestCode.GetBrokerRuntimeInfo, RequestCode.GetAllConsumerOffset,
        RequestCode.GetAllDelayOffset, RequestCode.GetTimerCheckPoint, RequestCode.GetTimerMetrics, RequestCode.GetAllSubscriptiongroupConfig,
        RequestCode.GetProducerConnectionList, RequestCode.GetSystemTopicListFromBroker, RequestCode.ViewBrokerStatsData,
        RequestCode.GetBrokerConsumeStats, RequestCode.GetAllProducerInfo, RequestCode.GetAllMessageRequestMode, RequestCode.GetBrokerHaStatus,
        RequestCode.AuthGetUser, RequestCode.AuthListUser, RequestCode.AuthGetAcl, RequestCode.AuthListAcl, RequestCode.ViewMessageById,
        RequestCode.GetBrokerEpochCache, RequestCode.GetColdDataFlowCtrInfo, RequestCode.CheckRocksdbCqWriteProgress,
    ];

    private readonly Resource _cluster = Resource.Of(ResourceType.Cluster, cluster);

    /// <summary>What a request needs, all of it.</summary>
    /// <exception cref="Protocol.Json.RemotingJsonException">Its body is not what its code says.</exception>
    public List<Access> Of(RemotingCommand request)
    {
        var needed = new List<Access>(2);
        if (Rules.TryGetValue(request.Code, out var rule))
        {
            var group = Field(request, rule.Group);
            NeededAccess.AddGroup(needed, group, rule.Actions);
            NeededAccess.AddTopic(needed, Field(request, rule.Topic), rule.Actions, group);
            NeededAccess.AddGroup(needed, Field(request, rule.ReadGroup), AccessAction.Get);
            foreach (var topic in Field(request, rule.Topics)?.Split(ConsumeStatsHandler.Separators, ConsumeStatsHandler.Splitting) ?? [])
            {
                NeededAccess.AddTopic(needed, topic, rule.Actions, group);
            }

            if (needed.Count > 0 || rule.NeedsNothingElse)
            {
                return needed;
            }
        }
        else if (AddByBody(needed, request))
        {
            return needed;
        }

        needed.Add(new Access(_cluster, ClusterReads.Contains(request.Code) ? AccessAction.Get : AccessAction.Update));
        return needed;
    }

    /// <returns>Whether the request's body tells what it needs, be it nothing.</returns>
    private static bool AddByBody(List<Access> needed, RemotingCommand request)
    {
        switch (request.Code)
        {
            case RequestCode.HeartBeat:
                AddHeartbeat(needed, request.ReadBody<HeartbeatData>());
                return true;
            case RequestCode.LockBatchMq or RequestCode.UnlockBatchMq:
                var locks = request.ReadBody<LockBatchRequestBody>();
                AddSubscription(needed, locks.ConsumerGroup, locks.MqSet.Select(queue => queue.Topic));
                return true;
            case RequestCode.CheckClientConfig:
                var check = request.ReadBody<CheckClientRequestBody>();
                AddSubscription(needed, check.Group, [check.SubscriptionData?.Topic]);
                return true;
            case RequestCode.QueryAssignment:
                var assignment = request.ReadBody<QueryAssignmentRequestBody>();
                AddSubscription(needed, assignment.ConsumerGroup, [assignment.Topic]);
                return true;
            case RequestCode.BatchAckMessage:
                foreach (var ack in request.ReadBody<BatchAckMessageRequestBody>().Acks)
                {
                    AddSubscription(needed, ack.ConsumerGroup, [ack.Topic]);
                }

                return true;
            case RequestCode.UpdateAndCreateSubscriptiongroup:
                NeededAccess.AddGroup(needed, request.ReadBody<SubscriptionGroupConfig>().GroupName, AccessAction.Create);
                return true;
            case RequestCode.UpdateAndCreateTopicList:
                request.ReadBody<CreateTopicListRequestBody>().TopicConfigList.ForEach(topic => NeededAccess.AddTopic(needed, topic.TopicName, AccessAction.Create));
                return true;
            case RequestCode.UpdateAndCreateSubscriptiongroupList:
                request.ReadBody<SubscriptionGroupList>().GroupConfigList.ForEach(group => NeededAccess.AddGroup(needed, group.GroupName, AccessAction.Create));
                return true;
            default:
                return false;
        }
    }

    private static void AddHeartbeat(List<Access> needed, HeartbeatData heartbeat)
    {
        foreach (var consumer in heartbeat.ConsumerDataSet)
        {
            AddSubscription(needed, consumer.GroupName, consumer.SubscriptionDataSet.Select(subscription => subscription.Topic));
        }
    }

    private static void AddSubscription(List<Access> needed, string? group, IEnumerable<string?> topics)
    {
        NeededAccess.AddGroup(needed, group, AccessAction.Sub);
        foreach (var topic in topics)
        {
            NeededAccess.AddTopic(needed, topic, AccessAction.Sub, group);
        }
    }

    private static string? Field(RemotingCommand request, string? name) => name is null ? null : request.Field(Encoding.UTF8.GetBytes(name));

    /// <summary>What a request needs by its header.</summary>
    /// <param name="Actions">Any one of these.</param>
    /// <param name="Topic">The field that names the topic.</param>
    /// <param name="Group">The field that names the group.</param>
    /// <param name="ReadGroup">The field that names a group which is only read.</param>
    /// <param name="Topics">The field that names several topics.</param>
    /// <param name="NeedsNothingElse">Where the fields are missing, nothing is needed.</param>
    private sealed record Rule(
        AccessAction Actions, string? Topic = null, string? Group = null, string? ReadGroup = null, string? Topics = null, bool NeedsNothingElse = false);
}
