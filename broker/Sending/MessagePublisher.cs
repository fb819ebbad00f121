using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// The one way into the log, for messages of clients and of the broker itself. Redirects (delay levels, timers) look at each message
/// first and may send it to a topic of their own.
/// </summary>
public sealed class MessagePublisher(MessageStore store, TopicTable topics, IReadOnlyList<IMessageRedirect> redirects)
{
    private readonly InnerBatches _innerBatches = new(topics);
    private readonly bool _syncFlush = store.Options.FlushDiskType == FlushDiskType.SyncFlush;

    /// <summary>Appends one message; synchronous, so that its buffers may be borrowed.</summary>
    public PublishResult Publish(ref MessageDraft draft)
    {
        return (_innerBatches.Refuse(draft) ?? Redirect(ref draft)) is { } refusal ? PublishResult.Refused(refusal) : new PublishResult(store.Append(draft), null);
    }

    /// <summary>A half message keeps its delay for its commit.</summary>
    private Refusal? Redirect(ref MessageDraft draft)
    {
        if (draft.Topic == SystemTopics.TransactionHalf)
        {
            return null;
        }

        foreach (var redirect in redirects)
        {
            if (redirect.Apply(ref draft) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>Appends the messages of a batch body next to each other.</summary>
    public PublishResult PublishBatch(in MessageDraft draft, out long[] physicalOffsets)
    {
        if (_innerBatches.Refuse(draft) is { } refusal)
        {
            physicalOffsets = [];
            return PublishResult.Refused(refusal);
        }

        return new PublishResult(store.AppendBatch(draft, out physicalOffsets), null);
    }

    /// <summary>Waits until the message is as safe as the configuration asks.</summary>
    /// <param name="published">What was appended.</param>
    /// <param name="waitStoreOk">False when the producer said it does not wait (property WAIT=false).</param>
    public ValueTask<StoreOutcome> WaitStoredAsync(in AppendResult published, bool waitStoreOk)
    {
        if (!_syncFlush || !waitStoreOk)
        {
            return ValueTask.FromResult(StoreOutcome.Stored);
        }

        return WaitFlushedAsync(published.EndOffset);
    }

    private async ValueTask<StoreOutcome> WaitFlushedAsync(long endOffset) =>
        await store.WaitFlushedAsync(endOffset).ConfigureAwait(false) == FlushResult.Ok
            ? StoreOutcome.Stored
            : StoreOutcome.FlushDiskTimeout;
}
