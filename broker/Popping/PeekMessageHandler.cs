using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>PEEK_MESSAGE (200052): what a pop would give, without hiding it. Records of retry topics come as they are stored.</summary>
internal sealed class PeekMessageHandler(PopGuard guard, PopStart starts, MessageStore store, TopicTable topics) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<PeekMessageRequestHeader>();
        var refusal = guard.Check("peeking", header.Topic, header.QueueId, header.ConsumerGroup, out _);
        return ValueTask.FromResult<RemotingCommand?>(refusal is not null
            ? RemotingCommand.Response(refusal.Code, new PopMessageResponseHeader(), refusal.Reason)
            : Peek(header));
    }

    private RemotingCommand Peek(PeekMessageRequestHeader header)
    {
        var records = new PoppedRecords();
        var rest = 0L;
        foreach (var queue in PopBacklog.Queues(topics, header.Topic, header.ConsumerGroup, header.QueueId, withRetries: true))
        {
            rest += Peek(queue, Math.Min(header.MaxMsgNums, PopMessageHandler.MaxMessages), records);
        }

        var reply = new PopMessageResponseHeader { RestNum = rest };
        if (records.Count == 0)
        {
            return RemotingCommand.Response(ResponseCode.PullNotFound, reply, nameof(GetStatus.NO_MESSAGE_IN_QUEUE));
        }

        var response = RemotingCommand.Response(ResponseCode.Success, reply, nameof(GetStatus.FOUND));
        response.BodySource = records;
        return response;
    }

    /// <returns>Messages in the queue, peeked at or not.</returns>
    private long Peek(in PopQueue queue, int maxCount, PoppedRecords records)
    {
        var start = Math.Max(starts.Look(queue), store.MinOffset(queue.Topic, queue.QueueId));
        if (records.Count < maxCount)
        {
            var found = store.Get(queue.Topic, queue.QueueId, start, maxCount - records.Count);
            if (found.Count > 0)
            {
                records.Add(found);
            }
            else
            {
                found.Dispose();
            }
        }

        return Math.Max(0, store.MaxOffset(queue.Topic, queue.QueueId) - start);
    }
}
