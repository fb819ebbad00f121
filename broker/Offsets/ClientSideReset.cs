using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>Has a group's consumers reset their offsets themselves, by RESET_CONSUMER_CLIENT_OFFSET (220), one-way.</summary>
internal sealed class ClientSideReset(
    BrokerOptions options, ConsumerOffsets offsets, TopicTable topics, ConsumerTable consumers, MessageStore store)
{
    /// <summary>All queues to a time; forward only where the request forces it.</summary>
    /// <returns><see langword="null"/>, or why nothing was reset.</returns>
    public Refusal? Reset(ResetOffsetRequestHeader header, out Dictionary<MessageQueue, long> reset)
    {
        reset = [];
        if (!topics.TryGet(header.Topic, out var topic))
        {
            return new Refusal(
                ResponseCode.TopicNotExist, $"[reset-offset] reset offset failed, no topic in this broker. topic={header.Topic}");
        }

        for (var id = 0; id < topic.WriteQueueNums; id++)
        {
            var current = offsets.Query(header.Group, header.Topic, id);
            if (current == ConsumerOffsets.NotFound)
            {
                return new Refusal(ResponseCode.SystemError, $"The consumer group <{header.Group}> not exist: it has no offset in queue {id}");
            }

            var target = OffsetTarget.ByTime(store, header.Topic, id, header.Timestamp);
            reset[new MessageQueue(header.Topic, options.BrokerName, id)] = header.IsForce || target < current ? target : current;
        }

        if (consumers.Find(header.Group) is not { IsEmpty: false } group)
        {
            return new Refusal(
                ResponseCode.ConsumerNotOnline,
                $"Consumer not online, so can not reset offset, Group: {header.Group} Topic: {header.Topic} Timestamp: {header.Timestamp}");
        }

        foreach (var channel in group.Channels)
        {
            channel.Connection.TrySendOneway(Push(header, reset, channel.Language));
        }

        return null;
    }

    private static RemotingCommand Push(ResetOffsetRequestHeader header, Dictionary<MessageQueue, long> reset, LanguageCode language)
    {
        var body = language == LanguageCode.Cpp
            ? RemotingJson.Serialize(new ResetOffsetBodyForC
            {
                OffsetTable = [.. reset.Select(r => new MessageQueueForC
                {
                    Topic = r.Key.Topic, BrokerName = r.Key.BrokerName, QueueId = r.Key.QueueId, Offset = r.Value,
                })],
            })
            : RemotingJson.Serialize(new ResetOffsetBody { OffsetTable = reset });
        return RemotingCommand.Request(
            RequestCode.ResetConsumerClientOffset,
            new ResetOffsetRequestHeader { Topic = header.Topic, Group = header.Group, Timestamp = header.Timestamp, IsForce = header.IsForce },
            body);
    }
}
