using System.Globalization;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Timing;

/// <summary>
/// RECALL_MESSAGE (370): takes a timer back. A message that names the timer goes the same way to the same slot; there the two cancel out.
/// </summary>
public sealed class RecallMessageHandler(
    BrokerOptions options, StoreOptions storeOptions, TopicTable topics, MessagePublisher publisher, MessageHost storeHost, TimeProvider time)
    : IRequestHandler
{
    /// <summary>Tag of the message that takes back.</summary>
    private const string Tag = "_RECALL_TAG_";

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        if (!options.RecallMessageEnable)
        {
            return ValueTask.FromResult<RemotingCommand?>(Refused(new Refusal(
                ResponseCode.NoPermission, "recall failed, operation is forbidden (recallMessageEnable=false)")));
        }

        var header = context.Request.ReadHeader<RecallMessageRequestHeader>();
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (Check(header, nowMs, out var handle) is { } refusal)
        {
            return ValueTask.FromResult<RemotingCommand?>(Refused(refusal));
        }

        return RecallAsync(handle!, header.ProducerGroup ?? "", ClientHosts.Of(context.Connection), nowMs);
    }

    private Refusal? Check(RecallMessageRequestHeader header, long nowMs, out RecallHandle? handle)
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

        if (!topics.TryGet(header.Topic, out _))
        {
            return new Refusal(ResponseCode.TopicNotExist, $"recall failed, the topic[{header.Topic}] not exist");
        }

        handle = RecallHandle.TryParse(header.RecallHandle);
        if (handle is null || PlainText.NeedsEscapes(handle.UniqueKey))
        {
            return Illegal("recall handle is invalid");
        }

        if (handle.Topic != header.Topic)
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

    private async ValueTask<RemotingCommand?> RecallAsync(RecallHandle handle, string producerGroup, MessageHost bornHost, long nowMs)
    {
        var result = Publish(handle, producerGroup, bornHost, nowMs);
        if (!result.IsOk)
        {
            return Refused(new Refusal(
                ResponseCode.SystemError, $"recall failed, execute error: {result.Reason}"));
        }

        var durability = await publisher.WaitStoredAsync(result).ConfigureAwait(false);
        return durability.Refuse("the recall", "Recall again: a timer that is taken back twice is taken back.") is { } refusal
            ? Refused(refusal)
            : RemotingCommand.Response(
                ResponseCode.Success, new RecallMessageResponseHeader { MsgId = handle.UniqueKey, Region = options.RegionId });
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

    private RemotingCommand Refused(Refusal refusal) =>
        RemotingCommand.Response(refusal.Code, new SendMessageRefusedHeader { Region = options.RegionId }, refusal.Reason);

    private static Refusal Unavailable(string why) => new(ResponseCode.ServiceNotAvailable, $"recall failed, broker service not available ({why})");

    private static Refusal Illegal(string reason) => new(ResponseCode.IllegalOperation, reason);
}
