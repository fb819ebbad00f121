namespace RocketMQ.Client.Consuming;

/// <summary>Offsets of a clustering group, kept by the broker of each queue.</summary>
internal sealed class BrokerOffsetStore(string group, QueueOffsets offsets) : IOffsetStore
{
    public Task<long?> ReadAsync(MessageQueue queue, CancellationToken cancellationToken) => offsets.QueryAsync(group, queue, cancellationToken);

    public Task WriteAsync(IReadOnlyCollection<KeyValuePair<MessageQueue, long>> changed, CancellationToken cancellationToken) =>
        Task.WhenAll(changed.Select(o => offsets.UpdateAsync(group, o.Key, o.Value, cancellationToken)));
}
