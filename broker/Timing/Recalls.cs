using System.Globalization;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;

namespace RocketMQ.Broker.Timing;

/// <summary>
/// Takes a timer back. A message that names the timer goes the same way to the same slot; there the two cancel out.
/// </summary>
public sealed class Recalls(
    BrokerOptions options, StoreOptions storeOptions, TopicTable topics, MessagePublisher publisher, MessageHost storeHost, TimeProvider time)
{
    /// <summary>Tag of the message that takes back.</summary>
    private const string Tag = "_RECALL_TAG_";

    /// <param name="topic">The message's topic.</param>
    /// <param name="recallHandle">What its sender was given.</param>
    /// <param name="producerGroup">Who takes it back.</param>
    /// <param name="bornHost">From where.</param>
    /// <returns>The message's id, or why it can't be taken back.</returns>
    public ValueTask<(string? MessageId, Refusal? Refusal)> RecallAsync(string topic, string recallHandle, string producerGroup, MessageHost bornHost)
    {
        RecallHandle? handle = null;
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return (CheckAllowed() ?? Check(topic, recallHandle, nowMs, out handle)) is { } refusal
            ? Refused(refusal)
            : RecallAsync(handle!, producerGroup, bornHost, nowMs);
    }

    /// <summary>Asked before all else, as by Apache's broker: also of a request that is no whole one.</summary>
    public Refusal? CheckAllowed() => options.RecallMessageEnable
        ? null
        : new Refusal(RefusalKind.NoPermission, "recall failed, operation is forbidden (recallMessageEnable=false)");

    private Refusal? Check(string topic, string recallHandle, long nowMs, out RecallHandle? handle)
    {
        handle = null;
        if (nowMs < options.StartAcceptSendRequestTimeStamp)
        {
            return Unavailable("startAcceptSendRequestTimeStamp is not reached");
        }

        if ((options.BrokerPermission & TopicPermission.Write) == 0 && !options.AllowRecallWhenBrokerNotWriteable)
        {
            return Unavailable("allowRecallWhenBrokerNotWriteable=false");
        }

        if (!topics.TryGet(topic, out _))
        {
            return new Refusal(RefusalKind.TopicNotExist, $"recall failed, the topic[{topic}] not exist");
        }

        handle = RecallHandle.TryParse(recallHandle);
        if (handle is null || PlainText.NeedsEscapes(handle.UniqueKey))
        {
            return Illegal("recall handle is invalid");
        }

        if (handle.Topic != topic)
        {
            return Illegal("recall failed, topic not match");
        }

        if (handle.BrokerName != options.BrokerName)
        {
            return Illegal("recall failed, broker service not available");
        }

        var leftMs = handle.DeliverMs - nowMs;
        return leftMs <= 0 || leftMs >= storeOptions.TimerMaxDelaySec * 1000L ? Illegal("recall failed, timestamp invalid") : null;
    }

    private async ValueTask<(string? MessageId, Refusal? Refusal)> RecallAsync(RecallHandle handle, string producerGroup, MessageHost bornHost, long nowMs)
    {
        var result = Publish(handle, producerGroup, bornHost, nowMs);
        if (!result.IsOk)
        {
            return (null, new Refusal(RefusalKind.SystemError, $"recall failed, execute error: {result.Reason}"));
        }

        var durability = await publisher.WaitStoredAsync(result).ConfigureAwait(false);
        return durability.Refuse("the recall", "Recall again: a timer that is taken back twice is taken back.") is { } refusal
            ? (null, refusal)
            : (handle.UniqueKey, null);
    }

    private PublishResult Publish(RecallHandle handle, string producerGroup, MessageHost bornHost, long nowMs)
    {
        var draft = new MessageDraft
        {
            Topic = handle.Topic,
            BornTimestamp = nowMs,
            BornHost = bornHost,
            StoreHost = storeHost,
            Body = "0"u8,
            Properties = PropertyText.ToUtf8(
            [
                new(PropertyNames.Tags, Tag),
                new(PropertyNames.TimerDeleteUniqueKey, TimerProperties.DeleteKeyOf(handle.Topic, handle.UniqueKey)),
                new(PropertyNames.UniqueKey, handle.UniqueKey),
                new(PropertyNames.TimerDeliverMs, handle.DeliverMs.ToString(CultureInfo.InvariantCulture)),
                new(PropertyNames.BornTimestamp, nowMs.ToString(CultureInfo.InvariantCulture)),
                new(PropertyNames.TraceContext, ""),
                new(PropertyNames.ProducerGroup, producerGroup),
            ]),
        };
        return publisher.Publish(ref draft);
    }

    private static ValueTask<(string? MessageId, Refusal? Refusal)> Refused(Refusal refusal) =>
        ValueTask.FromResult<(string? MessageId, Refusal? Refusal)>((null, refusal));

    private static Refusal Unavailable(string why) => new(RefusalKind.ServiceNotAvailable, $"recall failed, broker service not available ({why})");

    private static Refusal Illegal(string reason) => new(RefusalKind.IllegalOperation, reason);
}
