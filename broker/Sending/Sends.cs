using System.Runtime.CompilerServices;
using System.Text;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Timing;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Sending;

/// <summary>A message, or a batch of them, into the log.</summary>
public sealed class Sends
{
    private readonly BrokerOptions _options;
    private readonly SendGuard _guard;
    private readonly RetrySends _retries;
    private readonly IReadOnlyList<ISendInterceptor> _interceptors;
    private readonly MessagePublisher _publisher;
    private readonly MessageHost _storeHost;
    private readonly BrokerStamp _stamp;
    private readonly UniqueMessageIdSource _ids;
    private readonly BrokerStatistics _statistics;
    private readonly AppendRefusals _refusals;

    public Sends(
        BrokerOptions options, SendGuard guard, RetrySends retries, IReadOnlyList<ISendInterceptor> interceptors,
        MessagePublisher publisher, MessageStore store, MessageHost storeHost, BrokerStamp stamp, UniqueMessageIdSource ids,
        BrokerStatistics statistics)
    {
        _options = options;
        _guard = guard;
        _retries = retries;
        _interceptors = interceptors;
        _publisher = publisher;
        _storeHost = storeHost;
        _stamp = stamp;
        _ids = ids;
        _statistics = statistics;
        _refusals = new AppendRefusals(store, storeHost);
    }

    public ValueTask<SendResult> SendAsync(in SendRequest sent)
    {
        var startClock = _statistics.StartClock();
        if (_guard.Check(sent, out var topic, out var isNew) is { } refusal)
        {
            return Refused(refusal);
        }

        var request = sent with { Properties = ReservedProperties.Remove(sent.Properties) };
        if (DelayText.Refuse(request.Properties.Span) is { } illegal)
        {
            return Refused(illegal);
        }

        var queueId = request.QueueId >= 0 ? request.QueueId : Random.Shared.Next(Math.Max(1, topic.WriteQueueNums));
        return request.IsBatch ? SendBatch(request, topic, queueId, isNew, startClock) : Send(request, topic, queueId, isNew, startClock);
    }

    private ValueTask<SendResult> Send(in SendRequest request, TopicConfig topic, int queueId, bool isNew, long startClock)
    {
        var draft = request.Draft(queueId, _storeHost);
        if (topic.TopicFilterType == TopicFilterType.MultiTag)
        {
            draft.SysFlag |= MessageSysFlag.MultiTags;
        }

        if (_retries.Apply(request, ref draft) is { } refusal)
        {
            return Refused(refusal);
        }

        var properties = request.Properties.Span;
        draft.MoreProperties = _stamp.For(properties, _ids, out var uniqueKey);
        foreach (var interceptor in _interceptors)
        {
            if (interceptor.Apply(request, ref draft) is { } refused)
            {
                return Refused(refused);
            }
        }

        var result = _publisher.Publish(ref draft);
        if (!result.IsOk)
        {
            return Failed(result);
        }

        foreach (var interceptor in _interceptors)
        {
            interceptor.Stored(request, draft);
        }

        uniqueKey ??= PropertyText.TryFind(properties, PropertyNames.Utf8.UniqueKey, out var key) ? Encoding.UTF8.GetString(key) : "";
        return AnswerAsync(
            result,
            WaitsForStore(properties),
            draft.Topic,
            _guard.WaitTopicAsync(request.Topic, draft.Topic, isNew),
            startClock,
            new SendResult
            {
                MessageId = OffsetMessageId.Format(_storeHost, result.Appended.PhysicalOffset),
                QueueId = queueId,
                QueueOffset = result.Appended.QueueOffset,
                UniqueKey = uniqueKey,
                RecallHandle = draft.Topic == SystemTopics.Timer ? RecallHandle.Of(draft, request.Topic, _options.BrokerName, uniqueKey)?.ToString() : null,
            });
    }

    private ValueTask<SendResult> SendBatch(in SendRequest request, TopicConfig topic, int queueId, bool isNew, long startClock)
    {
        var properties = request.Properties.Span;
        var batchId = InnerBatches.IdOf(topic, properties);
        if (BatchRules.Refuse(request) is { } refusal)
        {
            return Refused(refusal, batchId);
        }

        var draft = request.Draft(queueId, _storeHost);
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
                _guard.WaitTopicAsync(request.Topic, draft.Topic, isNew),
                startClock,
                new SendResult
                {
                    MessageId = string.Join(',', offsets.Select(o => OffsetMessageId.Format(_storeHost, o))),
                    QueueId = queueId,
                    QueueOffset = result.Appended.QueueOffset,
                    UniqueKey = PropertyText.TryFind(properties, PropertyNames.Utf8.UniqueKey, out var key)
                        ? Encoding.UTF8.GetString(key)
                        : null,
                })
            : Failed(result);
    }

    /// <summary>A batch that is stored, and answered, as one message.</summary>
    private ValueTask<SendResult> SendInnerBatch(MessageDraft draft, string batchId, int queueId, bool isNew, long startClock)
    {
        var waits = WaitsForStore(draft.Properties);
        if (InnerBatches.Make(ref draft, draft.MoreProperties) is { } refusal)
        {
            return Refused(refusal, batchId);
        }

        var result = _publisher.Publish(ref draft);
        return result.IsOk
            ? AnswerAsync(
                result,
                waits,
                draft.Topic,
                _guard.WaitTopicAsync(draft.Topic, draft.Topic, isNew),
                startClock,
                new SendResult
                {
                    MessageId = OffsetMessageId.Format(_storeHost, result.Appended.PhysicalOffset),
                    QueueId = queueId,
                    QueueOffset = result.Appended.QueueOffset,
                    UniqueKey = batchId,
                    BatchId = batchId,
                })
            : Failed(result, batchId);
    }

    private ValueTask<SendResult> Failed(in PublishResult result, string? batchId = null)
    {
        _statistics.SendFailed();
        return Refused(result.Refusal ?? _refusals.Of(result.Status), batchId);
    }

    private ValueTask<SendResult> AnswerAsync(
        in PublishResult published, bool waits, string storedTopic, Task<Refusal?> topicReady, long startClock, in SendResult result)
    {
        var stored = _publisher.WaitStoredAsync(published, waits);
        if (!stored.IsCompletedSuccessfully || !topicReady.IsCompletedSuccessfully || topicReady.Result is not null)
        {
            return AnswerLaterAsync(stored, topicReady, storedTopic, startClock, result);
        }

        _statistics.SendStored(storedTopic, startClock);
        return ValueTask.FromResult(result with { Durability = stored.Result });
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SendResult> AnswerLaterAsync(
        ValueTask<Durability> stored, Task<Refusal?> topicReady, string storedTopic, long startClock, SendResult result)
    {
        var durability = await stored.ConfigureAwait(false);
        if (await topicReady.ConfigureAwait(false) is { } refusal)
        {
            _statistics.SendFailed();
            return new SendResult { Refusal = refusal };
        }

        _statistics.SendStored(storedTopic, startClock);
        return result with { Durability = durability };
    }

    private static ValueTask<SendResult> Refused(Refusal refusal, string? batchId = null) =>
        ValueTask.FromResult(new SendResult { Refusal = refusal, BatchId = batchId });

    private static bool WaitsForStore(ReadOnlySpan<byte> properties) =>
        !PropertyText.TryFind(properties, PropertyNames.Utf8.WaitStoreOk, out var wait) || Ascii.EqualsIgnoreCase(wait, "true"u8);
}
