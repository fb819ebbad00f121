namespace RocketMQ.Broker.Replication.Metadata;

/// <summary>How a slave stands with its master's tables.</summary>
/// <param name="Address">The master that was asked last; <see langword="null"/> while none is known.</param>
/// <param name="Failure">Why nothing, or not all, was taken the last time.</param>
/// <param name="FollowedAt">When all was, a time stamp of the clock; <see langword="null"/> before.</param>
internal sealed record MetadataState(string? Address, string? Failure, long? FollowedAt)
{
    public static readonly MetadataState None = new(null, null, null);
}
