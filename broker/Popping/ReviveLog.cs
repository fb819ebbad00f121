using System.Globalization;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// Writes checkpoints and acknowledgements as timed messages for the revive topic: a checkpoint arrives there a second before its
/// messages are due again, an acknowledgement when they are. So the revive topic stays short however long messages are hidden.
/// </summary>
public sealed class ReviveLog(BrokerOptions options, MessagePublisher publisher, MessageHost storeHost, TimeProvider time)
{
    internal const string CheckPointTag = "ck";
    internal const string AckTag = "ack";
    internal const string BatchAckTag = "bAck";

    /// <summary>How long before its revive time a checkpoint arrives in the revive topic.</summary>
    private const long HeadStartMs = 1000;

    private readonly string _topic = PopTopics.Revive(options.BrokerClusterName);

    /// <summary>Whether there is such a revive queue; anything else would be written and never read.</summary>
    public bool HasQueue(int reviveQueueId) => reviveQueueId >= 0 && reviveQueueId < options.ReviveQueueNum;

    public PublishResult Append(PopCheckPoint checkPoint, int reviveQueueId) => Append(
        reviveQueueId,
        CheckPointTag,
        Key(checkPoint.Topic, checkPoint.QueueId, checkPoint.StartOffset, checkPoint.Group, checkPoint.PopTimeMs, checkPoint.BrokerName, CheckPointTag),
        RemotingJson.Serialize(checkPoint),
        checkPoint.ReviveTimeMs - HeadStartMs);

    /// <param name="ack">What is done; the key of one with several offsets has −1 in the offset's place.</param>
    /// <param name="reviveQueueId">Where its checkpoint is.</param>
    /// <param name="reviveTimeMs">The checkpoint's revive time.</param>
    public PublishResult Append(PopAck ack, int reviveQueueId, long reviveTimeMs) => Append(
        reviveQueueId,
        ack.Offsets is null ? AckTag : BatchAckTag,
        Key(ack.Topic, ack.QueueId, ack.Offset, ack.Group, ack.PopTimeMs, ack.BrokerName, AckTag),
        RemotingJson.Serialize(ack),
        reviveTimeMs);

    /// <summary>Waits until the record is as safe as the configuration asks.</summary>
    public ValueTask<Durability> WaitStoredAsync(in PublishResult published) => publisher.WaitStoredAsync(published);

    private static string Key(string? topic, int queueId, long offset, string? group, long popTimeMs, string? brokerName, string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"{topic}@{queueId}@{offset}@{group}@{popTimeMs}@{brokerName}@{kind}");

    private PublishResult Append(int queueId, string tag, string uniqueKey, byte[] body, long deliverAtMs)
    {
        var draft = new MessageDraft
        {
            Topic = _topic,
            QueueId = queueId,
            BornTimestamp = time.GetUtcNow().ToUnixTimeMilliseconds(),
            BornHost = storeHost,
            StoreHost = storeHost,
            Body = body,
            Properties = PropertyText.ToUtf8(
            [
                new(PropertyNames.TimerDeliverMs, deliverAtMs.ToString(CultureInfo.InvariantCulture)),
                new(PropertyNames.UniqueKey, uniqueKey),
                new(PropertyNames.Tags, tag),
            ]),
        };
        return publisher.Publish(ref draft);
    }
}
