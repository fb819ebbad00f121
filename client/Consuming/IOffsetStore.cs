namespace RocketMQ.Client.Consuming;

/// <summary>Where a group's offsets survive the process: at the brokers, or in a file.</summary>
internal interface IOffsetStore
{
    /// <summary>The stored offset of a queue; <see langword="null"/> when there is none.</summary>
    Task<long?> ReadAsync(MessageQueue queue, CancellationToken cancellationToken);

    Task WriteAsync(IReadOnlyCollection<KeyValuePair<MessageQueue, long>> offsets, CancellationToken cancellationToken);
}
