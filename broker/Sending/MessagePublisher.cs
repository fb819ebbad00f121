using System.Runtime.CompilerServices;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// The one way into the log, for messages of clients and of the broker itself; and the one that says how durable they are there.
/// Redirects (delay levels, timers) look at each message first and may send it to a topic of their own.
/// </summary>
public sealed class MessagePublisher(MessageStore store, TopicTable topics, IReadOnlyList<IMessageRedirect> redirects, IReplicas replicas)
{
    private readonly InnerBatches _innerBatches = new(topics);
    private readonly bool _syncFlush = store.Options.FlushDiskType == FlushDiskType.SyncFlush;

    /// <summary>Whom what is stored waits for.</summary>
    public IReplicas Replicas => replicas;

    /// <summary>Appends one message; synchronous, so that its buffers may be borrowed.</summary>
    public PublishResult Publish(ref MessageDraft draft)
    {
        return (replicas.Refuse() ?? Redirect(ref draft) ?? _innerBatches.Refuse(ref draft)) is { } refusal ? PublishResult.Refused(refusal) : Append(draft);
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

    /// <summary>Appends a message of the broker's own, which goes where it says: a delay or a time in its properties is one that is over.</summary>
    public PublishResult Append(in MessageDraft draft) => new(store.Append(draft), null);

    /// <summary>Appends the messages of a batch body next to each other.</summary>
    public PublishResult PublishBatch(MessageDraft draft, out long[] physicalOffsets)
    {
        if ((replicas.Refuse() ?? _innerBatches.Refuse(ref draft)) is { } refusal)
        {
            physicalOffsets = [];
            return PublishResult.Refused(refusal);
        }

        return new PublishResult(store.AppendBatch(draft, out physicalOffsets), null);
    }

    /// <summary>Waits until the message is as safe as the configuration asks.</summary>
    /// <param name="published">What was appended.</param>
    /// <param name="waitStoreOk">False when the producer said it does not wait (property WAIT=false).</param>
    public ValueTask<Durability> WaitStoredAsync(in PublishResult published, bool waitStoreOk = true) =>
        waitStoreOk ? WaitStoredAsync(published.EndOffset) : ValueTask.FromResult(Durability.Stored);

    /// <summary>Waits until the log up to an offset is as safe as the configuration asks.</summary>
    internal ValueTask<Durability> WaitStoredAsync(long endOffset) => (_syncFlush, replicas.AreWaitedFor) switch
    {
        (false, false) => ValueTask.FromResult(Durability.Stored),
        (true, false) => WaitOnDiskAsync(endOffset),
        (false, true) => WaitReplicatedAsync(endOffset),
        _ => WaitBothAsync(endOffset),
    };

    /// <summary>Both at the same time; where neither has it, what a client can't know is that the slave has not.</summary>
    private async ValueTask<Durability> WaitBothAsync(long endOffset)
    {
        var onDisk = WaitOnDiskAsync(endOffset);
        var replicated = await WaitReplicatedAsync(endOffset).ConfigureAwait(false);
        var flushed = await onDisk.ConfigureAwait(false);
        return replicated.IsStored ? flushed : replicated;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Durability> WaitReplicatedAsync(long endOffset) => Durability.Of(await replicas.WaitAsync(endOffset).ConfigureAwait(false));

    /// <summary>Waits until the log up to an offset is on the disk, whatever the configuration asks.</summary>
    internal async ValueTask<Durability> WaitOnDiskAsync(long endOffset) =>
        Durability.Of(await store.WaitFlushedAsync(endOffset).ConfigureAwait(false));
}
