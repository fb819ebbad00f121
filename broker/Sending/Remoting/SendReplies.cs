using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Sending.Remoting;

/// <summary>What a send is answered, in one place.</summary>
public sealed class SendReplies(BrokerOptions options)
{
    /// <summary>A late flush has Apache's answer; of a failed one the remark tells, for there is no code of its own.</summary>
    public RemotingCommand Of(in SendResult result) => result.Refusal is { } refusal
        ? Refused(refusal, result.BatchId)
        : RemotingCommand.Response(
            result.Durability.Code(),
            new SendMessageResponseHeader
            {
                MsgId = result.MessageId,
                QueueId = result.QueueId,
                QueueOffset = result.QueueOffset,
                TransactionId = result.UniqueKey,
                BatchUniqId = result.BatchId,
                RecallHandle = result.RecallHandle,
                Region = options.RegionId,
                TraceOn = options.TraceOn,
            },
            result.Durability.Outcome == StoreOutcome.FlushDiskFailed ? $"the message is stored, but {result.Durability.Reason}" : null);

    /// <param name="refusal">Why.</param>
    /// <param name="batchId">The id of a batch that was to be one record.</param>
    public RemotingCommand Refused(Refusal refusal, string? batchId = null) =>
        refusal.ToResponse(new SendMessageRefusedHeader { Region = options.RegionId, TraceOn = options.TraceOn, BatchUniqId = batchId });
}
