namespace RocketMQ.Client.Consuming;

/// <summary>Where a group begins in a queue: at its stored offset, or as the options say.</summary>
internal sealed class StartOffset(ConsumeFrom from, DateTimeOffset fromTime, OffsetTracker tracker, QueueOffsets offsets)
{
    public async Task<long> FindAsync(MessageQueue queue, CancellationToken cancellationToken)
    {
        if (tracker[queue] is { } known)
        {
            return known;
        }

        if (await tracker.ReadAsync(queue, cancellationToken).ConfigureAwait(false) is { } stored and >= 0)
        {
            return stored;
        }

        // Whatever comes back to the group is meant for it.
        if (queue.Topic.StartsWith(GroupTopics.RetryPrefix, StringComparison.Ordinal))
        {
            return 0;
        }

        return from switch
        {
            ConsumeFrom.FirstOffset => await offsets.MinAsync(queue, cancellationToken).ConfigureAwait(false),
            ConsumeFrom.Timestamp => await offsets.SearchAsync(queue, fromTime, cancellationToken).ConfigureAwait(false),
            _ => await offsets.MaxAsync(queue, cancellationToken).ConfigureAwait(false),
        };
    }
}
