using RocketMQ.Protocol.Codes;
using RocketMQ.Store;

namespace RocketMQ.Broker.Pulling;

/// <summary>What a pull is answered for each outcome of the store, in one place.</summary>
internal static class PullReplies
{
    public static int Code(GetStatus status, long requestedOffset) => status switch
    {
        GetStatus.FOUND => ResponseCode.Success,
        GetStatus.MESSAGE_WAS_REMOVING or GetStatus.NO_MATCHED_MESSAGE => ResponseCode.PullRetryImmediately,
        GetStatus.NO_MATCHED_LOGIC_QUEUE or GetStatus.NO_MESSAGE_IN_QUEUE when requestedOffset != 0 => ResponseCode.PullOffsetMoved,
        GetStatus.OFFSET_OVERFLOW_BADLY or GetStatus.OFFSET_TOO_SMALL => ResponseCode.PullOffsetMoved,
        _ => ResponseCode.PullNotFound,
    };
}
