using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Broker.Remoting;

/// <summary>What a client of the remoting protocol is answered for a refusal.</summary>
public static class RefusalReplies
{
    public static RemotingCommand ToResponse(this Refusal refusal) => RemotingCommand.Response(refusal.Kind.Code(), refusal.Reason);

    /// <summary>With the header that the request's answer always has.</summary>
    public static RemotingCommand ToResponse(this Refusal refusal, ICommandHeader header) =>
        RemotingCommand.Response(refusal.Kind.Code(), header, refusal.Reason);

    public static int Code(this RefusalKind kind) => kind switch
    {
        RefusalKind.SystemBusy => ResponseCode.SystemBusy,
        RefusalKind.FlushDiskTimeout => ResponseCode.FlushDiskTimeout,
        RefusalKind.FlushSlaveTimeout => ResponseCode.FlushSlaveTimeout,
        RefusalKind.SlaveNotAvailable => ResponseCode.SlaveNotAvailable,
        RefusalKind.MessageIllegal => ResponseCode.MessageIllegal,
        RefusalKind.ServiceNotAvailable => ResponseCode.ServiceNotAvailable,
        RefusalKind.NoPermission => ResponseCode.NoPermission,
        RefusalKind.TopicNotExist => ResponseCode.TopicNotExist,
        RefusalKind.SubscriptionParseFailed => ResponseCode.SubscriptionParseFailed,
        RefusalKind.SubscriptionNotExist => ResponseCode.SubscriptionNotExist,
        RefusalKind.SubscriptionNotLatest => ResponseCode.SubscriptionNotLatest,
        RefusalKind.SubscriptionGroupNotExist => ResponseCode.SubscriptionGroupNotExist,
        RefusalKind.InvalidParameter => ResponseCode.InvalidParameter,
        RefusalKind.ConsumerNotOnline => ResponseCode.ConsumerNotOnline,
        RefusalKind.NoMessage => ResponseCode.NoMessage,
        RefusalKind.PollingFull => ResponseCode.PollingFull,
        RefusalKind.PollingTimeout => ResponseCode.PollingTimeout,
        RefusalKind.IllegalOperation => ResponseCode.IllegalOperation,
        _ => ResponseCode.SystemError,
    };
}
