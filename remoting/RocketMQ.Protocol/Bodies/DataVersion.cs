namespace RocketMQ.Protocol.Bodies;

/// <summary>Which state of a table this is: it moves with every change, so that a reader knows whether to fetch again.</summary>
public sealed record DataVersion
{
    public long StateVersion { get; init; }

    /// <summary>When the table last changed, in ms since 1970.</summary>
    public long Timestamp { get; init; }

    public long Counter { get; init; }

    /// <summary>The version after one more change at <paramref name="timestamp"/> (ms since 1970).</summary>
    public DataVersion Next(long timestamp, long stateVersion = 0) =>
        new() { StateVersion = stateVersion, Timestamp = timestamp, Counter = Counter + 1 };
}
