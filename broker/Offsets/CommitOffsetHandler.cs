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
        if (!groups.Contains(header.ConsumerGroup) && groups.Find(header.ConsumerGroup) is null)
        {
            return RemotingCommand.Response(ResponseCode.SubscriptionGroupNotExist, $"Group {header.ConsumerGroup} not exist!");
        }

        if (!topics.TryGet(header.Topic, out _))
        {
            return RemotingCommand.Response(ResponseCode.TopicNotExist, $"Topic {header.Topic} not exist!");
        }

        if (offsets.HasReset(header.ConsumerGroup, header.Topic, header.QueueId))
        {
            return RemotingCommand.Response(ResponseCode.Success, "Offset has been previously reset");
        }

        offsets.Commit(header.ConsumerGroup, header.Topic, header.QueueId, header.CommitOffset);
        return RemotingCommand.Response(ResponseCode.Success);
    }
}
