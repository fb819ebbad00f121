using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// BATCH_ACK_MESSAGE (200151): popped messages of several queues are done. Each queue of the body counts for itself; what is unknown in
/// it is passed over, and the first refusal is the answer.
/// </summary>
internal sealed class BatchAckMessageHandler(MessageStore store, Acknowledgements acks, Lane coldReads) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var body = context.Request.Body.IsEmpty ? null : context.Request.ReadBody<BatchAckMessageRequestBody>();
        return body is not { Acks.Count: > 0 }
                ? ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.NoMessage, "the body acknowledges nothing"))
            : body.Acks.TrueForAll(IsLoaded) ? AcknowledgeAsync(body)
            : coldReads.AnswerAsync(context.Connection, () => AcknowledgeAsync(body));
    }

    /// <summary>Whether its queue's bounds are known without opening files.</summary>
    private bool IsLoaded(BatchAck ack) =>
        ack.Topic is null || ack.ConsumerGroup is null || PopTopics.ByFlag(ack.Topic, ack.ConsumerGroup, ack.Retry) is not { } topic
        || store.IsLoaded(topic, ack.QueueId);

    private async ValueTask<RemotingCommand?> AcknowledgeAsync(BatchAckMessageRequestBody body)
    {
        // All are appended before the first is waited for: they share a flush.
        var acknowledged = body.Acks.ConvertAll(ack => TryAcknowledgeAsync(ack, body.BrokerName));
        Refusal? first = null;
        foreach (var ack in acknowledged)
        {
            first = await ack.ConfigureAwait(false) is { } refusal ? first ?? refusal : first;
        }

        return first?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
    }

    private ValueTask<Refusal?> TryAcknowledgeAsync(BatchAck ack, string? brokerName)
    {
        if (ack.Topic is null || ack.ConsumerGroup is null || PopTopics.ByFlag(ack.Topic, ack.ConsumerGroup, ack.Retry) is not { } topic)
        {
            return ValueTask.FromResult<Refusal?>(new Refusal(
                ResponseCode.MessageIllegal, $"an acknowledgement names topic '{ack.Topic}', group '{ack.ConsumerGroup}', retry '{ack.Retry}': expected are all three, the last 0, 1 or 2"));
        }

        var offsets = Offsets(ack, topic);
        if (ack.ReviveQueueId == PopTopics.OrderedReviveQueue)
        {
            var queue = new PopQueue(topic, ack.ConsumerGroup, ack.QueueId);
            return ValueTask.FromResult(offsets
                .Select(offset => acks.AcknowledgeOrdered(queue, offset, ack.PopTime))
                .Aggregate((Refusal?)null, static (first, next) => first ?? next));
        }

        return offsets.Count == 0
            ? ValueTask.FromResult<Refusal?>(null)
            : acks.AppendAsync(
                new PopAck
                {
                    Topic = topic,
                    Group = ack.ConsumerGroup,
                    QueueId = ack.QueueId,
                    StartOffset = ack.StartOffset,
                    PopTimeMs = ack.PopTime,
                    BrokerName = brokerName,
                    Offset = -1,
                    Offsets = offsets,
                },
                ack.ReviveQueueId,
                ack.PopTime + ack.InvisibleTime);
    }

    /// <summary>The acknowledged offsets that the queue has.</summary>
    private List<long> Offsets(BatchAck ack, string topic)
    {
        var offsets = new List<long>();
        if (store.Queue(topic, ack.QueueId) is not { } queue)
        {
            return offsets;
        }

        var bits = ack.BitSet ?? [];
        for (var i = 0; i < bits.Length * 8; i++)
        {
            var offset = ack.StartOffset + i;
            if ((bits[i / 8] & (1 << (i % 8))) != 0 && offset >= queue.MinOffset && offset <= queue.MaxOffset)
            {
                offsets.Add(offset);
            }
        }

        return offsets;
    }
}
