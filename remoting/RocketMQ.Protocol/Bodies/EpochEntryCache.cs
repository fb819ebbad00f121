namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_BROKER_EPOCH_CACHE (1007): which master wrote which part of a broker's log.</summary>
public sealed record EpochEntryCache
{
    public string? ClusterName { get; init; }
    public string? BrokerName { get; init; }
    public long BrokerId { get; init; }
    public List<Entry> EpochList { get; init; } = [];
    public long MaxOffset { get; init; }

    /// <summary>One epoch.</summary>
    public sealed record Entry
    {
        public int Epoch { get; init; }
        public long StartOffset { get; init; }

        /// <summary>Where the next one begins; the largest number there is of the last one.</summary>
        public long EndOffset { get; init; }
    }
}
