using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>ACK_MESSAGE (200051): one popped message is done.</summary>
internal sealed class AckMessageHandler(PopGuard guard, MessageStore store, Acknowledgements acks, Lane coldReads) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<AckMessageRequestHeader>();
        return store.IsLoaded(header.Topic, header.QueueId) ? AcknowledgeAsync(header) : coldReads.AnswerAsync(context.Connection, () => AcknowledgeAsync(header));
    }

    private async ValueTask<RemotingCommand?> AcknowledgeAsync(AckMessageRequestHeader header) =>
        (await TryAcknowledgeAsync(header).ConfigureAwait(false))?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);

    private ValueTask<Refusal?> TryAcknowledgeAsync(AckMessageRequestHeader header)
    {
        if (guard.CheckQueue(header.Topic, header.QueueId) is { } wrongQueue)
        {
            return ValueTask.FromResult<Refusal?>(wrongQueue);
        }

        var (min, max) = (store.MinOffset(header.Topic, header.QueueId), store.MaxOffset(header.Topic, header.QueueId));
        if (header.Offset < min || header.Offset > max)
        {
            return ValueTask.FromResult<Refusal?>(new Refusal(
                ResponseCode.NoMessage, $"offset is illegal, key:{header.Topic}@{header.QueueId}, commit:{header.Offset}, store:{min}~{max}"));
        }

        if (!PopReceipt.TryParse(header.ExtraInfo, out var receipt))
        {
            return ValueTask.FromResult<Refusal?>(BadReceipt(header.ExtraInfo));
        }

        if (header.ConsumerGroup.Length == 0)
        {
            // Nobody has popped it: nothing is to be done, and that is no fault to Apache's broker.
            return ValueTask.FromResult<Refusal?>(null);
        }

        if (receipt.IsOrdered)
        {
            return ValueTask.FromResult(acks.AcknowledgeOrdered(
                new PopQueue(header.Topic, header.ConsumerGroup, header.QueueId), header.Offset, receipt.PopTimeMs));
        }

        return acks.AppendAsync(
            new PopAck
            {
                Topic = header.Topic,
                Group = header.ConsumerGroup,
                QueueId = header.QueueId,
                StartOffset = receipt.StartOffset,
                PopTimeMs = receipt.PopTimeMs,
                BrokerName = receipt.BrokerName,
                Offset = header.Offset,
            },
            receipt.ReviveQueueId,
            receipt.PopTimeMs + receipt.InvisibleTimeMs);
    }

    internal static Refusal BadReceipt(string extraInfo) => new(
        ResponseCode.SystemError, $"extraInfo '{extraInfo}' is not the POP_CK of a popped message: at least six words are expected");
}
