using System.Text;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Timing;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Sending;

/// <summary>SEND_MESSAGE (10), SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320): a message, or a batch of them, into the log.</summary>
public sealed class SendMessageHandler : IRequestHandler
{
    private readonly BrokerOptions _options;
    private readonly SendGuard _guard;
    private readonly RetrySends _retries;
    private readonly IReadOnlyList<ISendInterceptor> _interceptors;
    private readonly MessagePublisher _publisher;
    private readonly MessageStore _store;
    private readonly MessageHost _storeHost;
    private readonly BrokerStamp _stamp;
    private readonly UniqueMessageIdSource _ids;
    private readonly BrokerStatistics _statistics;
    private readonly SendReplies _replies;

    public SendMessageHandler(
        BrokerOptions options, SendGuard guard, RetrySends retries, IReadOnlyList<ISendInterceptor> interceptors,
        MessagePublisher publisher, MessageStore store, MessageHost storeHost, BrokerStamp stamp, UniqueMessageIdSource ids,
        BrokerStatistics statistics)
    {
        _options = options;
        _guard = guard;
        _retries = retries;
        _interceptors = interceptors;
        _publisher = publisher;
        _store = store;
        _storeHost = storeHost;
        _stamp = stamp;
        _ids = ids;
        _statistics = statistics;
        _replies = new SendReplies(options, store, storeHost);
    }

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var startClock = _statistics.StartClock();
        var request = context.Request;
        var header = request.Code == RequestCode.SendMessage
            ? request.ReadHeader<SendMessageRequestHeader>()
            : request.ReadHeader<SendMessageRequestHeaderV2>();
        if (_guard.Check(header, context.Connection, out var topic, out var isNew) is { } refusal)
        {
            return Done(_replies.Refused(refusal));
        }

        header.Properties = ReservedProperties.Remove(header.Properties);
        if (DelayText.Refuse(header.Properties.Span) is { } illegal)
        {
            return Done(_replies.Refused(illegal));
        }

        var queueId = header.QueueId >= 0 ? header.QueueId : Random.Shared.Next(Math.Max(1, topic.WriteQueueNums));
        return header.Batch || request.Code == RequestCode.SendBatchMessage
            ? SendBatch(context, header, topic, queueId, isNew, startClock)
            : Send(context, header, topic, queueId, isNew, startClock);
    }

    private ValueTask<RemotingCommand?> Send(
        RequestContext context, SendMessageRequestHeader header, TopicConfig topic, int queueId, bool isNew, long startClock)
    {
        var draft = SentMessage.Draft(context, header, queueId, _storeHost);
        if (topic.TopicFilterType == TopicFilterType.MultiTag)
        {
            draft.SysFlag |= MessageSysFlag.MultiTags;
        }

        if (_retries.Apply(header, context.Request.Version, ref draft) is { } refusal)
        {
            return Done(_replies.Refused(refusal));
        }

        var properties = header.Properties.Span;
        draft.MoreProperties = _stamp.For(properties, _ids, out var uniqueKey);
        foreach (var interceptor in _interceptors)
        {
            if (interceptor.Apply(header, ref draft) is { } refused)
            {
                return Done(_replies.Refused(refused));
            }
        }

        var result = _publisher.Publish(ref draft);
        if (!result.IsOk)
        {
            return Done(Failed(result));
        }

        foreach (var interceptor in _interceptors)
        {
            interceptor.Stored(header, draft);
        }

        uniqueKey ??= PropertyText.TryFind(properties, PropertyNames.Utf8.UniqueKey, out var key) ? Encoding.UTF8.GetString(key) : "";
        return AnswerAsync(
            result,
            WaitsForStore(properties),
            draft.Topic,
            _guard.WaitTopicAsync(header.Topic, draft.Topic, isNew),
            startClock,
            new SendMessageResponseHeader
            {
                MsgId = OffsetMessageId.Format(_storeHost, result.Appended.PhysicalOffset),
                QueueId = queueId,
                QueueOffset = result.Appended.QueueOffset,
                TransactionId = uniqueKey,
                RecallHandle = draft.Topic == SystemTopics.Timer ? RecallHandle.Of(draft, header.Topic, _options.BrokerName, uniqueKey)?.ToString() : null,
            });
    }

    private ValueTask<RemotingCommand?> SendBatch(
        RequestContext context, SendMessageRequestHeader header, TopicConfig topic, int queueId, bool isNew, long startClock)
    {
        var properties = header.Properties.Span;
        var batchId = InnerBatches.IdOf(topic, properties);
        if (BatchRules.Refuse(header) is { } refusal)
        {
            return Done(_replies.Refused(refusal, batchId));
        }

        var draft = SentMessage.Draft(context, header, queueId, _storeHost);
        draft.MoreProperties = _stamp.For(properties, _ids, out _);
        if (batchId is not null)
        {
            return SendInnerBatch(draft, batchId, queueId, isNew, startClock);
        }

        var result = _publisher.PublishBatch(draft, out var offsets);
        return result.IsOk
            ? AnswerAsync(
                result,
                WaitsForStore(properties),
                draft.Topic,
                _guard.WaitTopicAsync(header.Topic, draft.Topic, isNew),
                startClock,
                new SendMessageResponseHeader
                {
                    MsgId = string.Join(',', offsets.Select(o => OffsetMessageId.Format(_storeHost, o))),
                    QueueId = queueId,
                    QueueOffset = result.Appended.QueueOffset,
                    TransactionId = PropertyText.TryFind(properties, PropertyNames.Utf8.UniqueKey, out var key)
                        ? Encoding.UTF8.GetString(key)
                        : null,
                })
            : Done(Failed(result));
    }

    /// <summary>A batch that is stored, and answered, as one message.</summary>
    private ValueTask<RemotingCommand?> SendInnerBatch(MessageDraft draft, string batchId, int queueId, bool isNew, long startClock)
    {
        var waits = WaitsForStore(draft.Properties);
        if (InnerBatches.Make(ref draft, draft.MoreProperties) is { } refusal)
        {
            return Done(_replies.Refused(refusal, batchId));
        }

        var result = _publisher.Publish(ref draft);
        return result.IsOk
            ? AnswerAsync(
                result,
                waits,
                draft.Topic,
                _guard.WaitTopicAsync(draft.Topic, draft.Topic, isNew),
                startClock,
                new SendMessageResponseHeader
                {
                    MsgId = OffsetMessageId.Format(_storeHost, result.Appended.PhysicalOffset),
                    QueueId = queueId,
                    QueueOffset = result.Appended.QueueOffset,
                    TransactionId = batchId,
                    BatchUniqId = batchId,
                })
            : Done(Failed(result, batchId));
    }

    private RemotingCommand Failed(in PublishResult result, string? batchId = null)
    {
        _statistics.SendFailed();
        return _replies.Failed(result, batchId);
    }

    private ValueTask<RemotingCommand?> AnswerAsync(
        in PublishResult published, bool waits, string storedTopic, Task<Refusal?> topicReady, long startClock, SendMessageResponseHeader header)
    {
        header.Region = _options.RegionId;
        header.TraceOn = _options.TraceOn;
        var stored = _publisher.WaitStoredAsync(published, waits);
        if (!stored.IsCompletedSuccessfully || !topicReady.IsCompletedSuccessfully || topicReady.Result is not null)
        {
            return AnswerLaterAsync(stored, topicReady, storedTopic, startClock, header);
        }

        _statistics.SendStored(storedTopic, startClock);
        return Done(SendReplies.Stored(stored.Result, header));
    }

    private async ValueTask<RemotingCommand?> AnswerLaterAsync(
        ValueTask<Durability> stored, Task<Refusal?> topicReady, string storedTopic, long startClock, SendMessageResponseHeader header)
    {
        var durability = await stored.ConfigureAwait(false);
        if (await topicReady.ConfigureAwait(false) is { } refusal)
        {
            _statistics.SendFailed();
            return _replies.Refused(refusal);
        }

        _statistics.SendStored(storedTopic, startClock);
        return SendReplies.Stored(durability, header);
    }

    private static bool WaitsForStore(ReadOnlySpan<byte> properties) =>
        !PropertyText.TryFind(properties, PropertyNames.Utf8.WaitStoreOk, out var wait) || Ascii.EqualsIgnoreCase(wait, "true"u8);

    private static ValueTask<RemotingCommand?> Done(RemotingCommand response) => ValueTask.FromResult<RemotingCommand?>(response);
}
