using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Protocol.Tests.Frames;

/// <summary>Which class reads what of which code.</summary>
internal static class KnownTypes
{
    /// <summary>Fields every receiver passes over: signatures, routing hints, and what only statistics of others use.</summary>
    public static readonly IReadOnlySet<string> PassedOver =
        new HashSet<string> { "AccessKey", "Signature", "SecurityToken", "bname", "ns", "nsd", "oway", "lo", "ReqT" };

    /// <summary>Optional fields with a default, which are written where another version leaves them out.</summary>
    public static readonly IReadOnlySet<string> WrittenAlways =
        new HashSet<string> { "committed", "removeOffset", "cleanOffset", "jstackEnable", "pollingFull" };

    private static readonly Dictionary<int, (Type? Request, Type? Response)> Headers = new()
    {
        [RequestCode.SendMessage] = (typeof(SendMessageRequestHeader), typeof(SendMessageResponseHeader)),
        [RequestCode.SendMessageV2] = (typeof(SendMessageRequestHeaderV2), typeof(SendMessageResponseHeader)),
        [RequestCode.SendBatchMessage] = (typeof(SendMessageRequestHeaderV2), typeof(SendMessageResponseHeader)),
        [RequestCode.SendReplyMessageV2] = (typeof(SendMessageRequestHeaderV2), typeof(SendMessageResponseHeader)),
        [RequestCode.PullMessage] = (typeof(PullMessageRequestHeader), typeof(PullMessageResponseHeader)),
        [RequestCode.LitePullMessage] = (typeof(PullMessageRequestHeader), typeof(PullMessageResponseHeader)),
        [RequestCode.QueryMessage] = (typeof(QueryMessageRequestHeader), typeof(QueryMessageResponseHeader)),
        [RequestCode.QueryConsumerOffset] = (typeof(QueryConsumerOffsetRequestHeader), typeof(QueryConsumerOffsetResponseHeader)),
        [RequestCode.UpdateConsumerOffset] = (typeof(UpdateConsumerOffsetRequestHeader), null),
        [RequestCode.UpdateAndCreateTopic] = (typeof(CreateTopicRequestHeader), null),
        [RequestCode.UpdateAndCreateStaticTopic] = (typeof(CreateTopicRequestHeader), null),
        [RequestCode.GetBrokerConfig] = (null, typeof(GetBrokerConfigResponseHeader)),
        [RequestCode.SearchOffsetByTimestamp] = (typeof(SearchOffsetRequestHeader), typeof(SearchOffsetResponseHeader)),
        [RequestCode.GetMaxOffset] = (typeof(GetMaxOffsetRequestHeader), typeof(GetMaxOffsetResponseHeader)),
        [RequestCode.GetMinOffset] = (typeof(GetMinOffsetRequestHeader), typeof(GetMinOffsetResponseHeader)),
        [RequestCode.GetEarliestMsgStoretime] = (typeof(GetEarliestMsgStoretimeRequestHeader), typeof(GetEarliestMsgStoretimeResponseHeader)),
        [RequestCode.ViewMessageById] = (typeof(ViewMessageRequestHeader), null),
        [RequestCode.HeartBeat] = (null, typeof(HeartbeatResponseHeader)),
        [RequestCode.UnregisterClient] = (typeof(UnregisterClientRequestHeader), null),
        [RequestCode.ConsumerSendMsgBack] = (typeof(ConsumerSendMsgBackRequestHeader), null),
        [RequestCode.EndTransaction] = (typeof(EndTransactionRequestHeader), null),
        [RequestCode.GetConsumerListByGroup] = (typeof(GetConsumerListByGroupRequestHeader), null),
        [RequestCode.CheckTransactionState] = (typeof(CheckTransactionStateRequestHeader), null),
        [RequestCode.NotifyConsumerIdsChanged] = (typeof(NotifyConsumerIdsChangedRequestHeader), null),
        [RequestCode.PutKvConfig] = (typeof(PutKVConfigRequestHeader), null),
        [RequestCode.GetKvConfig] = (typeof(GetKVConfigRequestHeader), typeof(GetKVConfigResponseHeader)),
        [RequestCode.DeleteKvConfig] = (typeof(DeleteKVConfigRequestHeader), null),
        [RequestCode.RegisterBroker] = (typeof(RegisterBrokerRequestHeader), typeof(RegisterBrokerResponseHeader)),
        [RequestCode.UnregisterBroker] = (typeof(UnRegisterBrokerRequestHeader), null),
        [RequestCode.GetRouteinfoByTopic] = (typeof(GetRouteInfoRequestHeader), null),
        [RequestCode.GetTopicStatsInfo] = (typeof(GetTopicStatsInfoRequestHeader), null),
        [RequestCode.GetConsumerConnectionList] = (typeof(GetConsumerConnectionListRequestHeader), null),
        [RequestCode.GetProducerConnectionList] = (typeof(GetProducerConnectionListRequestHeader), null),
        [RequestCode.WipeWritePermOfBroker] = (typeof(WipeWritePermOfBrokerRequestHeader), typeof(WipeWritePermOfBrokerResponseHeader)),
        [RequestCode.AddWritePermOfBroker] = (typeof(AddWritePermOfBrokerRequestHeader), typeof(AddWritePermOfBrokerResponseHeader)),
        [RequestCode.DeleteSubscriptiongroup] = (typeof(DeleteSubscriptionGroupRequestHeader), null),
        [RequestCode.GetConsumeStats] = (typeof(GetConsumeStatsRequestHeader), null),
        [RequestCode.DeleteTopicInBroker] = (typeof(DeleteTopicRequestHeader), null),
        [RequestCode.DeleteTopicInNamesrv] = (typeof(DeleteTopicFromNamesrvRequestHeader), null),
        [RequestCode.InvokeBrokerToResetOffset] = (typeof(ResetOffsetRequestHeader), null),
        [RequestCode.ResetConsumerClientOffset] = (typeof(ResetOffsetRequestHeader), null),
        [RequestCode.InvokeBrokerToGetConsumerStatus] = (typeof(GetConsumerStatusRequestHeader), null),
        [RequestCode.GetConsumerStatusFromClient] = (typeof(GetConsumerStatusRequestHeader), null),
        [RequestCode.QueryTopicConsumeByWho] = (typeof(QueryTopicConsumeByWhoRequestHeader), null),
        [RequestCode.QueryConsumeTimeSpan] = (typeof(QueryConsumeTimeSpanRequestHeader), null),
        [RequestCode.GetConsumerRunningInfo] = (typeof(GetConsumerRunningInfoRequestHeader), null),
        [RequestCode.ConsumeMessageDirectly] = (typeof(ConsumeMessageDirectlyResultRequestHeader), null),
        [RequestCode.ViewBrokerStatsData] = (typeof(ViewBrokerStatsDataRequestHeader), null),
        [RequestCode.GetBrokerConsumeStats] = (typeof(GetConsumeStatsInBrokerRequestHeader), null),
        [RequestCode.QueryConsumeQueue] = (typeof(QueryConsumeQueueRequestHeader), null),
        [RequestCode.GetAllTopicConfig] = (typeof(GetAllTopicConfigRequestHeader), typeof(GetAllTopicConfigResponseHeader)),
        [RequestCode.GetAllSubscriptiongroupConfig] = (typeof(GetAllSubscriptionGroupRequestHeader), typeof(GetAllSubscriptionGroupResponseHeader)),
        [RequestCode.QueryDataVersion] = (typeof(QueryDataVersionRequestHeader), typeof(QueryDataVersionResponseHeader)),
        [RequestCode.PushReplyMessageToClient] = (typeof(ReplyMessageRequestHeader), null),
        [RequestCode.GetTopicConfig] = (typeof(GetTopicConfigRequestHeader), null),
        [RequestCode.GetSubscriptiongroupConfig] = (typeof(GetSubscriptionGroupConfigRequestHeader), null),
        [RequestCode.CheckRocksdbCqWriteProgress] = (typeof(CheckRocksdbCqWriteProgressRequestHeader), null),
        [RequestCode.RecallMessage] = (typeof(RecallMessageRequestHeader), typeof(RecallMessageResponseHeader)),
        [RequestCode.GetBrokerMemberGroup] = (typeof(GetBrokerMemberGroupRequestHeader), null),
        [RequestCode.BrokerHeartbeat] = (typeof(BrokerHeartbeatRequestHeader), null),
        [RequestCode.ResetMasterFlushOffset] = (typeof(ResetMasterFlushOffsetRequestHeader), null),
        [RequestCode.SetCommitlogReadMode] = (typeof(SetCommitlogReadModeRequestHeader), null),
        [RequestCode.AuthCreateUser] = (typeof(CreateUserRequestHeader), null),
        [RequestCode.AuthUpdateUser] = (typeof(UpdateUserRequestHeader), null),
        [RequestCode.AuthDeleteUser] = (typeof(DeleteUserRequestHeader), null),
        [RequestCode.AuthGetUser] = (typeof(GetUserRequestHeader), null),
        [RequestCode.AuthListUser] = (typeof(ListUsersRequestHeader), null),
        [RequestCode.AuthCreateAcl] = (typeof(CreateAclRequestHeader), null),
        [RequestCode.AuthUpdateAcl] = (typeof(UpdateAclRequestHeader), null),
        [RequestCode.AuthDeleteAcl] = (typeof(DeleteAclRequestHeader), null),
        [RequestCode.AuthGetAcl] = (typeof(GetAclRequestHeader), null),
        [RequestCode.AuthListAcl] = (typeof(ListAclsRequestHeader), null),
        [RequestCode.PopMessage] = (typeof(PopMessageRequestHeader), typeof(PopMessageResponseHeader)),
        [RequestCode.PeekMessage] = (typeof(PeekMessageRequestHeader), typeof(PopMessageResponseHeader)),
        [RequestCode.AckMessage] = (typeof(AckMessageRequestHeader), null),
        [RequestCode.ChangeMessageInvisibletime] = (typeof(ChangeInvisibleTimeRequestHeader), typeof(ChangeInvisibleTimeResponseHeader)),
        [RequestCode.Notification] = (typeof(NotificationRequestHeader), typeof(NotificationResponseHeader)),
        [RequestCode.PollingInfo] = (typeof(PollingInfoRequestHeader), typeof(PollingInfoResponseHeader)),
    };

    private static readonly Dictionary<int, (Type? Request, Type? Response)> Bodies = new()
    {
        [RequestCode.UpdateAndCreateTopicList] = (typeof(CreateTopicListRequestBody), null),
        [RequestCode.UpdateAndCreateStaticTopic] = (typeof(TopicQueueMappingDetail), null),
        [RequestCode.GetAllTopicConfig] = (null, typeof(TopicConfigAndMappingSerializeWrapper)),
        [RequestCode.GetBrokerRuntimeInfo] = (null, typeof(KVTable)),
        [RequestCode.HeartBeat] = (typeof(HeartbeatData), null),
        [RequestCode.GetConsumerListByGroup] = (null, typeof(GetConsumerListByGroupResponseBody)),
        [RequestCode.LockBatchMq] = (typeof(LockBatchRequestBody), typeof(LockBatchResponseBody)),
        [RequestCode.UnlockBatchMq] = (typeof(LockBatchRequestBody), null),
        [RequestCode.GetAllConsumerOffset] = (null, typeof(ConsumerOffsetSerializeWrapper)),
        [RequestCode.GetAllDelayOffset] = (null, typeof(DelayOffsetSerializeWrapper)),
        [RequestCode.CheckClientConfig] = (typeof(CheckClientRequestBody), null),
        [RequestCode.RegisterBroker] = (typeof(RegisterBrokerBody), typeof(KVTable)),
        [RequestCode.GetRouteinfoByTopic] = (null, typeof(TopicRouteData)),
        [RequestCode.GetBrokerClusterInfo] = (null, typeof(ClusterInfo)),
        [RequestCode.UpdateAndCreateSubscriptiongroup] = (typeof(SubscriptionGroupConfig), null),
        [RequestCode.UpdateAndCreateSubscriptiongroupList] = (typeof(SubscriptionGroupList), null),
        [RequestCode.GetAllSubscriptiongroupConfig] = (null, typeof(SubscriptionGroupWrapper)),
        [RequestCode.GetTopicStatsInfo] = (null, typeof(TopicStatsTable)),
        [RequestCode.GetConsumerConnectionList] = (null, typeof(ConsumerConnection)),
        [RequestCode.GetProducerConnectionList] = (null, typeof(ProducerConnection)),
        [RequestCode.GetAllTopicListFromNameserver] = (null, typeof(TopicList)),
        [RequestCode.GetSystemTopicListFromBroker] = (null, typeof(TopicList)),
        [RequestCode.GetConsumeStats] = (null, typeof(ConsumeStats)),
        [RequestCode.InvokeBrokerToResetOffset] = (null, typeof(ResetOffsetBody)),
        [RequestCode.ResetConsumerClientOffset] = (typeof(ResetOffsetBody), null),
        [RequestCode.InvokeBrokerToGetConsumerStatus] = (null, typeof(GetConsumerStatusBody)),
        [RequestCode.GetConsumerStatusFromClient] = (null, typeof(GetConsumerStatusBody)),
        [RequestCode.QueryTopicConsumeByWho] = (null, typeof(GroupList)),
        [RequestCode.QueryConsumeTimeSpan] = (null, typeof(QueryConsumeTimeSpanBody)),
        [RequestCode.GetConsumerRunningInfo] = (null, typeof(ConsumerRunningInfo)),
        [RequestCode.ConsumeMessageDirectly] = (null, typeof(ConsumeMessageDirectlyResult)),
        [RequestCode.ViewBrokerStatsData] = (null, typeof(BrokerStatsData)),
        [RequestCode.GetBrokerConsumeStats] = (null, typeof(ConsumeStatsList)),
        [RequestCode.QueryConsumeQueue] = (null, typeof(QueryConsumeQueueResponseBody)),
        [RequestCode.QueryDataVersion] = (typeof(DataVersion), typeof(DataVersion)),
        [RequestCode.GetAllProducerInfo] = (null, typeof(ProducerTableInfo)),
        [RequestCode.GetTopicConfig] = (null, typeof(TopicConfigAndQueueMapping)),
        [RequestCode.GetSubscriptiongroupConfig] = (null, typeof(SubscriptionGroupConfig)),
        [RequestCode.CheckRocksdbCqWriteProgress] = (null, typeof(CheckRocksdbCqWriteResult)),
        [RequestCode.QueryAssignment] = (typeof(QueryAssignmentRequestBody), typeof(QueryAssignmentResponseBody)),
        [RequestCode.SetMessageRequestMode] = (typeof(SetMessageRequestModeRequestBody), null),
        [RequestCode.GetBrokerMemberGroup] = (null, typeof(GetBrokerMemberGroupResponseBody)),
        [RequestCode.GetBrokerHaStatus] = (null, typeof(HARuntimeInfo)),
        [RequestCode.AuthCreateUser] = (typeof(UserInfo), null),
        [RequestCode.AuthUpdateUser] = (typeof(UserInfo), null),
        [RequestCode.AuthGetUser] = (null, typeof(UserInfo)),
        [RequestCode.AuthListUser] = (null, typeof(List<UserInfo>)),
        [RequestCode.AuthCreateAcl] = (typeof(AclInfo), null),
        [RequestCode.AuthUpdateAcl] = (typeof(AclInfo), null),
        [RequestCode.AuthGetAcl] = (null, typeof(AclInfo)),
        [RequestCode.AuthListAcl] = (null, typeof(List<AclInfo>)),
        [RequestCode.BatchAckMessage] = (typeof(BatchAckMessageRequestBody), null),
    };

    public static Type? Header(int requestCode, int? responseCode)
    {
        var (request, response) = Headers.GetValueOrDefault(requestCode);
        return responseCode switch
        {
            null => request,
            ResponseCode.Success => response,
            ResponseCode.PullNotFound or ResponseCode.PullRetryImmediately or ResponseCode.PullOffsetMoved
                when response == typeof(PullMessageResponseHeader) => response,
            _ => null,
        };
    }

    public static Type? Body(int requestCode, bool isResponse)
    {
        var (request, response) = Bodies.GetValueOrDefault(requestCode);
        return isResponse ? response : request;
    }
}
