using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Sending;

/// <summary>What has to be true of a send before it may touch the log, in Apache's order.</summary>
public sealed class SendGuard(BrokerOptions options, TopicTable topics, TimeProvider time)
{
    /// <summary>
    /// What an answer waits for: a crash would take a topic that is not in the file yet, and its messages out of reach with it; and who
    /// creates a topic looks for its route next.
    /// </summary>
    /// <param name="topic">The topic that was sent to.</param>
    /// <param name="storedTopic">Where the message stands, which for one that was given up is another.</param>
    /// <param name="isNew">Whether this send made the topic.</param>
    public Task<Refusal?> WaitTopicAsync(string topic, string storedTopic, bool isNew) => isNew ? topics.SettledAsync() : topics.SavedAsync(topic, storedTopic);

    /// <summary>Finds the topic of a send, creating it where that is allowed.</summary>
    /// <param name="header">The send.</param>
    /// <param name="connection">Whose it is.</param>
    /// <param name="topic">The topic, where nothing is wrong.</param>
    /// <param name="isNew">Whether this send made it.</param>
    /// <returns><see langword="null"/> when the send may go on.</returns>
    public Refusal? Check(SendMessageRequestHeader header, RemotingConnection connection, out TopicConfig topic, out bool isNew)
    {
        topic = null!;
        isNew = false;
        if (options.StartAcceptSendRequestTimeStamp > 0
            && time.GetUtcNow().ToUnixTimeMilliseconds() < options.StartAcceptSendRequestTimeStamp)
        {
            return new Refusal(
                ResponseCode.SystemError,
                $"broker unable to service, until {DateTimeOffset.FromUnixTimeMilliseconds(options.StartAcceptSendRequestTimeStamp):yyyy-MM-dd HH:mm:ss} UTC (startAcceptSendRequestTimeStamp)");
        }

        var known = topics.Get(header.Topic);
        if (!TopicPermission.CanWrite(options.BrokerPermission) && known is { Order: true })
        {
            return new Refusal(
                ResponseCode.NoPermission,
                $"the broker[{options.BrokerIP1}] sending message is forbidden: brokerPermission is {options.BrokerPermission}");
        }

        if (known is null)
        {
            if (SystemTopics.Validate(header.Topic) is { } wrong)
            {
                return new Refusal(ResponseCode.InvalidParameter, wrong);
            }
        }

        if (SystemTopics.RefusesClientSends(header.Topic))
        {
            return new Refusal(ResponseCode.NoPermission, $"Sending message to topic[{header.Topic}] is forbidden.");
        }

        topic = known ?? Create(header)!;
        if (topic is null)
        {
            return new Refusal(
                ResponseCode.TopicNotExist,
                topics.IsFull
                    ? $"topic[{header.Topic}] not exist, and {topics.FullReason}."
                    : $"topic[{header.Topic}] not exist, apply first please! Create it, or set autoCreateTopicEnable=true.");
        }

        isNew = known is null;
        var queues = Math.Max(topic.WriteQueueNums, topic.ReadQueueNums);
        return header.QueueId >= queues
            ? new Refusal(
                ResponseCode.InvalidParameter,
                $"request queueId[{header.QueueId}] is illegal, topic {header.Topic} has {queues} queues. Producer: {connection.RemoteEndPoint}")
            : null;
    }

    private TopicConfig? Create(SendMessageRequestHeader header)
    {
        var sysFlag = header.UnitMode ? (SystemTopics.IsRetry(header.Topic) ? TopicSysFlag.UnitSubscription : TopicSysFlag.Unit) : 0;
        var created = topics.CreateFromTemplate(header.Topic, header.DefaultTopic, header.DefaultTopicQueueNums, sysFlag);
        return created is null && SystemTopics.IsRetry(header.Topic)
            ? topics.GetOrCreate(header.Topic, 1, TopicPermission.ReadWrite, sysFlag)
            : created;
    }
}
