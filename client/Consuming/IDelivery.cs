namespace RocketMQ.Client.Consuming;

/// <summary>What becomes of pulled messages.</summary>
internal interface IDelivery : IAsyncDisposable
{
    /// <summary>Whether a queue may be consumed now; when not, it is asked again later.</summary>
    ValueTask<bool> TryAcquireAsync(MessageQueue queue, CancellationToken cancellationToken);

    /// <summary>Takes over messages of a queue, in order, and calls <see cref="QueueReader.Complete"/> for each. Returns at once.</summary>
    void Deliver(QueueReader reader, IReadOnlyList<QueueWindow.Slot> slots);

    /// <summary>The queue was revoked: what is not begun is dropped. Completes when another consumer may have the queue.</summary>
    ValueTask ReleaseAsync(QueueReader reader);

    /// <summary>Begins no further message and waits for those begun; after <paramref name="timeout"/> it cancels them.</summary>
    Task DrainAsync(TimeSpan timeout);
}
