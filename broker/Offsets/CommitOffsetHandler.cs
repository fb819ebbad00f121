using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets;

/// <summary>UPDATE_CONSUMER_OFFSET (15). While a reset waits for the group, what its consumers still commit does not count.</summary>
public sealed class CommitOffsetHandler(ConsumerOffsets offsets, SubscriptionGroups groups, TopicTable topics) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<UpdateConsumerOffsetRequestHeader>();
        return ValueTask.FromResult<RemotingCommand?>(Commit(header));
    }

    private RemotingCommand Commit(UpdateConsumerOffsetRequestHeader header)
    {
        // A commit never makes a group: one that comes late would bring a deleted group back.
        if (!groups.Contains(header.ConsumerGroup))
        {
            return RemotingCommand.Response(ResponseCode.SubscriptionGroupNotExist, $"Group {header.ConsumerGroup} not exist!");
        }

        if (!topics.TryGet(header.Topic, out _))
        {
            return RemotingCommand.Response(ResponseCode.TopicNotExist, $"Topic {header.Topic} not exist!");
        }

        if (header.QueueId is not { } queueId)
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, $"QueueId is null, topic is {header.Topic}");
        }

        if (header.CommitOffset is not { } offset)
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, $"Offset is null, topic is {header.Topic}");
        }

        if (offsets.HasReset(header.ConsumerGroup, header.Topic, queueId))
        {
            return RemotingCommand.Response(ResponseCode.Success, "Offset has been previously reset");
        }

        offsets.Commit(header.ConsumerGroup, header.Topic, queueId, offset);
        return RemotingCommand.Response(ResponseCode.Success);
    }
}
