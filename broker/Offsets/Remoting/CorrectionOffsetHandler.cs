using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>
/// QUERY_CORRECTION_OFFSET (308): per queue of a topic, the least that any group has consumed, leaving out those filtered and those behind
/// the queue's first message; the largest number where the compared group is further behind than that. Nothing is changed by the question;
/// Apache's broker deletes the offsets of the groups filtered.
/// </summary>
internal sealed class CorrectionOffsetHandler(ConsumerOffsets offsets, MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<QueryCorrectionOffsetRequestHeader>();
        var filtered = (header.FilterGroups ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var least = offsets.GroupsOf(header.Topic).Except(filtered)
            .SelectMany(group => offsets.QueryAll(group, header.Topic))
            .Where(queue => queue.Value >= store.MinOffset(header.Topic, queue.Key))
            .GroupBy(queue => queue.Key, queue => queue.Value)
            .ToDictionary(queue => queue.Key, queue => queue.Min());
        foreach (var (queueId, compared) in offsets.QueryAll(header.CompareGroup, header.Topic))
        {
            if (least.TryGetValue(queueId, out var offset) && offset > compared)
            {
                least[queueId] = long.MaxValue;
            }
        }

        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(
            ResponseCode.Success, RemotingJson.Serialize(new QueryCorrectionOffsetBody { CorrectionOffsets = least })));
    }
}
