using RocketMQ.Broker.Core;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>
/// BATCH_ACK_MESSAGE (200151): popped messages of several queues are done. Each queue of the body counts for itself; what is unknown in
/// it is passed over, and the first refusal is the answer.
/// </summary>
internal sealed class BatchAckMessageHandler(Acks acks, Lane coldReads) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var body = context.Request.Body.IsEmpty ? null : context.Request.ReadBody<BatchAckMessageRequestBody>();
        if (body is not { Acks.Count: > 0 })
        {
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.NoMessage, "the body acknowledges nothing"));
        }

        var queues = new List<QueueAck>(body.Acks.Count);
        var illegal = body.Acks.Select(ack => Decode(ack, body.BrokerName, queues)).Aggregate((Refusal?)null, static (first, next) => first ?? next);
        return queues.TrueForAll(queue => acks.IsLoaded(queue.Topic, queue.QueueId))
            ? AcknowledgeAsync(queues, illegal)
            : coldReads.AnswerAsync(context.Connection, () => AcknowledgeAsync(queues, illegal));
    }

    /// <summary>What is illegal keeps nothing from the others.</summary>
    private async ValueTask<RemotingCommand?> AcknowledgeAsync(List<QueueAck> queues, Refusal? illegal)
    {
        var refusal = await acks.AcknowledgeAsync(queues).ConfigureAwait(false);
        return (illegal ?? refusal)?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
    }

    private static Refusal? Decode(BatchAck ack, string? brokerName, List<QueueAck> queues)
    {
        if (ack.Topic is null || ack.ConsumerGroup is null || PopTopics.ByFlag(ack.Topic, ack.ConsumerGroup, ack.Retry) is not { } topic)
        {
            return new Refusal(
                RefusalKind.MessageIllegal,
                $"an acknowledgement names topic '{ack.Topic}', group '{ack.ConsumerGroup}', retry '{ack.Retry}': expected are all three, the last 0, 1 or 2");
        }

        var receipt = new PopReceipt(ack.StartOffset, ack.PopTime, ack.InvisibleTime, ack.ReviveQueueId, brokerName);
        queues.Add(new QueueAck(topic, ack.ConsumerGroup, ack.QueueId, receipt, Offsets(ack)));
        return null;
    }

    private static List<long> Offsets(BatchAck ack)
    {
        var offsets = new List<long>();
        var bits = ack.BitSet ?? [];
        for (var i = 0; i < bits.Length * 8; i++)
        {
            if ((bits[i / 8] & (1 << (i % 8))) != 0)
            {
                offsets.Add(ack.StartOffset + i);
            }
        }

        return offsets;
    }
}
