using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>Has a group's consumers reset their offsets themselves, where they are told to.</summary>
internal sealed class ClientSideReset(
    BrokerOptions options, ConsumerOffsets offsets, TopicTable topics, ConsumerTable consumers, MessageStore store)
{
    /// <summary>All queues to a time; forward only where the request forces it.</summary>
    /// <returns><see langword="null"/>, or why nothing was reset.</returns>
    public Refusal? Reset(in OffsetReset request, out Dictionary<MessageQueue, long> reset)
    {
        reset = [];
        if (!topics.TryGet(request.Topic, out var topic))
        {
            return new Refusal(
                RefusalKind.TopicNotExist, $"[reset-offset] reset offset failed, no topic in this broker. topic={request.Topic}");
        }

        for (var id = 0; id < topic.WriteQueueNums; id++)
        {
            var current = offsets.Query(request.Group, request.Topic, id);
            if (current == ConsumerOffsets.NotFound)
            {
                return new Refusal(RefusalKind.SystemError, $"The consumer group <{request.Group}> not exist: it has no offset in queue {id}");
            }

            var target = OffsetTarget.ByTime(store, request.Topic, id, request.Timestamp);
            reset[new MessageQueue(request.Topic, options.BrokerName, id)] = request.IsForced || target < current ? target : current;
        }

        if (consumers.Find(request.Group) is not { IsEmpty: false } group)
        {
            return new Refusal(
                RefusalKind.ConsumerNotOnline,
                $"Consumer not online, so can not reset offset, Group: {request.Group} Topic: {request.Topic} Timestamp: {request.Timestamp}");
        }

        var notice = new OffsetsReset(request.Topic, request.Group, request.Timestamp, request.IsForced, reset);
        foreach (var channel in group.Channels)
        {
            channel.Link.TryTell(notice);
        }

        return null;
    }
}
