namespace RocketMQ.MqAdmin.Explaining;

/// <summary>What is known of a consumer group at a broker.</summary>
internal sealed record GroupFacts
{
    public required string Group { get; init; }

    /// <summary>Its settings; null when the broker has none.</summary>
    public SubscriptionGroupConfig? Config { get; init; }

    /// <summary>Whether the broker told its groups.</summary>
    public bool IsConfigKnown { get; init; }

    /// <summary>Its members; null when none is connected.</summary>
    public ConsumerConnection? Connection { get; init; }

    /// <summary>What each member says of itself; members that do not answer are left out.</summary>
    public IReadOnlyDictionary<string, ConsumerRunningInfo> Members { get; init; } = new Dictionary<string, ConsumerRunningInfo>();

    public bool IsOnline => Connection is { ConnectionSet.Count: > 0 };
}
