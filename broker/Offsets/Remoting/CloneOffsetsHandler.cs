using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>
/// CLONE_GROUP_OFFSET (314): a group goes on where another stands, in one topic or in all. Unless that one is said to be offline, topics
/// that its consumers do not subscribe to are passed over, and so are topics that are gone.
/// </summary>
internal sealed class CloneOffsetsHandler(ConsumerOffsets offsets, ConsumerTable consumers, TopicTable topics) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<CloneGroupOffsetRequestHeader>();
        if (header.DestGroup.Length == 0)
        {
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
                ResponseCode.Success, "no destGroup is named: nothing was cloned"));
        }

        var cloned = string.IsNullOrWhiteSpace(header.Topic) ? offsets.TopicsOf(header.SrcGroup) : [header.Topic];
        var subscriptions = header.Offline ? null : consumers.Find(header.SrcGroup)?.Subscriptions;
        foreach (var topic in cloned.ToList())
        {
            if (topics.TryGet(topic, out _) && (subscriptions is null or { Count: 0 } || subscriptions.ContainsKey(topic)))
            {
                offsets.Clone(header.SrcGroup, header.DestGroup, topic);
            }
        }

        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
    }
}
