using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;

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
    /// <param name="request">The send.</param>
    /// <param name="topic">The topic, where nothing is wrong.</param>
    /// <param name="isNew">Whether this send made it.</param>
    /// <returns><see langword="null"/> when the send may go on.</returns>
    public Refusal? Check(in SendRequest request, out TopicConfig topic, out bool isNew)
    {
        topic = null!;
        isNew = false;
        if (options.StartAcceptSendRequestTimeStamp > 0
            && time.GetUtcNow().ToUnixTimeMilliseconds() < options.StartAcceptSendRequestTimeStamp)
        {
            return new Refusal(
                RefusalKind.SystemError,
                $"broker unable to service, until {DateTimeOffset.FromUnixTimeMilliseconds(options.StartAcceptSendRequestTimeStamp):yyyy-MM-dd HH:mm:ss} UTC (startAcceptSendRequestTimeStamp)");
        }

        var known = topics.Get(request.Topic);
        if (!TopicPermission.CanWrite(options.BrokerPermission) && known is { Order: true })
        {
            return new Refusal(
                RefusalKind.NoPermission,
                $"the broker[{options.BrokerIP1}] sending message is forbidden: brokerPermission is {options.BrokerPermission}");
        }

        if (known is null)
        {
            if (SystemTopics.Validate(request.Topic) is { } wrong)
            {
                return new Refusal(RefusalKind.InvalidParameter, wrong);
            }
        }

        if (SystemTopics.RefusesClientSends(request.Topic))
        {
            return new Refusal(RefusalKind.NoPermission, $"Sending message to topic[{request.Topic}] is forbidden.");
        }

        topic = known ?? Create(request)!;
        if (topic is null)
        {
            return new Refusal(
                RefusalKind.TopicNotExist,
                topics.IsFull
                    ? $"topic[{request.Topic}] not exist, and {topics.FullReason}."
                    : $"topic[{request.Topic}] not exist, apply first please! Create it, or set autoCreateTopicEnable=true.");
        }

        isNew = known is null;
        var queues = Math.Max(topic.WriteQueueNums, topic.ReadQueueNums);
        return request.QueueId >= queues
            ? new Refusal(
                RefusalKind.InvalidParameter,
                $"request queueId[{request.QueueId}] is illegal, topic {request.Topic} has {queues} queues. Producer: {request.BornHost}")
            : null;
    }

    private TopicConfig? Create(in SendRequest request)
    {
        var sysFlag = request.UnitMode ? (SystemTopics.IsRetry(request.Topic) ? TopicSysFlag.UnitSubscription : TopicSysFlag.Unit) : 0;
        var created = topics.CreateFromTemplate(request.Topic, request.DefaultTopic, request.DefaultTopicQueueNums, sysFlag);
        return created is null && SystemTopics.IsRetry(request.Topic)
            ? topics.GetOrCreate(request.Topic, 1, TopicPermission.ReadWrite, sysFlag)
            : created;
    }
}
