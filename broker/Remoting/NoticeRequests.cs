using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Remoting;

/// <summary>What the broker tells its clients, as requests of the remoting protocol.</summary>
internal static class NoticeRequests
{
    public static RemotingCommand Of(ClientNotice notice, LanguageCode language) => notice switch
    {
        MembersChanged changed => RemotingCommand.Request(
            RequestCode.NotifyConsumerIdsChanged, new NotifyConsumerIdsChangedRequestHeader { ConsumerGroup = changed.Group }),
        TransactionCheck check => Of(check),
        OffsetsReset reset => Of(reset, language),
        _ => throw new ArgumentOutOfRangeException(nameof(notice), notice, "not known to the remoting protocol"),
    };

    public static RemotingCommand Of(PushedReply reply) => RemotingCommand.Request(
        RequestCode.PushReplyMessageToClient,
        new ReplyMessageRequestHeader
        {
            ProducerGroup = reply.ProducerGroup,
            Topic = reply.Topic,
            DefaultTopic = reply.DefaultTopic,
            DefaultTopicQueueNums = reply.DefaultTopicQueueNums,
            QueueId = reply.QueueId,
            SysFlag = reply.SysFlag,
            BornTimestamp = reply.BornTimestamp,
            Flag = reply.Flag,
            Properties = reply.Properties,
            ReconsumeTimes = reply.ReconsumeTimes,
            UnitMode = reply.UnitMode,
            BornHost = reply.BornHost,
            StoreHost = reply.StoreHost,
            StoreTimestamp = reply.StoreTimestamp,
        },
        reply.Body);

    private static RemotingCommand Of(TransactionCheck check) => RemotingCommand.Request(
        RequestCode.CheckTransactionState,
        new CheckTransactionStateRequestHeader
        {
            Topic = check.Topic,
            TranStateTableOffset = check.QueueOffset,
            CommitLogOffset = check.PhysicalOffset,
            MsgId = check.UniqueKey,
            TransactionId = check.UniqueKey,
            OffsetMsgId = check.OffsetMessageId,
            BrokerName = check.BrokerName,
        },
        check.Record);

    /// <summary>The C++ client reads a form of its own.</summary>
    private static RemotingCommand Of(OffsetsReset reset, LanguageCode language)
    {
        var body = language == LanguageCode.Cpp
            ? RemotingJson.Serialize(new ResetOffsetBodyForC
            {
                OffsetTable = [.. reset.Offsets.Select(r => new MessageQueueForC
                {
                    Topic = r.Key.Topic, BrokerName = r.Key.BrokerName, QueueId = r.Key.QueueId, Offset = r.Value,
                })],
            })
            : RemotingJson.Serialize(new ResetOffsetBody { OffsetTable = reset.Offsets });
        return RemotingCommand.Request(
            RequestCode.ResetConsumerClientOffset,
            new ResetOffsetRequestHeader { Topic = reset.Topic, Group = reset.Group, Timestamp = reset.Timestamp, IsForce = reset.IsForced },
            body);
    }
}
