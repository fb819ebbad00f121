using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Limits;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets;

/// <summary>UPDATE_CONSUMER_OFFSET (15). While a reset waits for the group, what its consumers still commit does not count.</summary>
public sealed class CommitOffsetHandler(BrokerOptions options, ConsumerOffsets offsets, SubscriptionGroups groups, TopicTable topics) : IRequestHandler
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
            return RemotingCommand.Response(ResponseCode.SubscriptionGroupNotExist, $"Group {header.ConsumerGroup} not exist!{groups.FullReason}");
        }

        if (!topics.TryGet(header.Topic, out var topic))
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

        var queues = Math.Max(topic.ReadQueueNums, topic.WriteQueueNums);
        if (queueId < 0 || queueId >= queues)
        {
            return RemotingCommand.Response(
                ResponseCode.InvalidParameter, $"queueId[{queueId}] is illegal, topic {header.Topic} has {queues} queues: nothing was committed");
        }

        if (offset < 0)
        {
            return RemotingCommand.Response(
                ResponseCode.InvalidParameter, $"commitOffset[{offset}] is illegal, offsets begin at 0: nothing was committed");
        }

        if (!offsets.HasRoomFor(header.ConsumerGroup, header.Topic, queueId, options.MaxConsumerOffsetNum))
        {
            return RemotingCommand.Response(
                ResponseCode.SystemError, Reached.Limit("offsets of groups", "maxConsumerOffsetNum", options.MaxConsumerOffsetNum));
        }

        if (offsets.HasReset(header.ConsumerGroup, header.Topic, queueId))
        {
            return RemotingCommand.Response(ResponseCode.Success, "Offset has been previously reset");
        }

        offsets.Commit(header.ConsumerGroup, header.Topic, queueId, offset);
        return RemotingCommand.Response(ResponseCode.Success);
    }
}
