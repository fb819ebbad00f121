namespace RocketMQ.MqAdmin.Explaining;

/// <summary>What is known of a message, whoever consumes it.</summary>
internal sealed record MessageFacts
{
    /// <summary>As it was asked for, or the producer's id.</summary>
    public required string Id { get; init; }

    /// <summary>The topic the producer sent to.</summary>
    public required string Topic { get; init; }

    /// <summary>Its records, oldest first.</summary>
    public required IReadOnlyList<Stop> Stops { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Delays of the levels from 1 on.</summary>
    public IReadOnlyList<TimeSpan> DelayLevels { get; init; } = [];

    /// <summary>Of the last half message.</summary>
    public HalfOutcome Half { get; init; }

    /// <summary>When the oldest message that the topic still has was stored; null while nothing of it was deleted.</summary>
    public DateTimeOffset? OldestKept { get; init; }

    /// <summary>When the id was made, if it tells.</summary>
    public DateTimeOffset? IdMadeAt { get; init; }

    /// <summary>The record that decides what becomes of the message for a group: the last on its way there.</summary>
    /// <param name="group">Null: for anybody.</param>
    public Stop? CurrentFor(string? group)
    {
        // A broker may put a half message back once more before it notices that it was committed.
        var isCommitted = Stops.Any(s => s.Station == Station.Topic);
        return Stops.LastOrDefault(s => !s.IsRecall && IsOnWayTo(s, group) && !(isCommitted && s.Station is (Station.Half or Station.GivenUp)));
    }

    /// <summary>Whether a record concerns a group: those of other groups' retries do not.</summary>
    public bool IsOnWayTo(Stop stop, string? group)
    {
        var destination = stop.Destination;
        return destination.StartsWith(Stop.DeadLetterPrefix, StringComparison.Ordinal)
            ? group is not null && destination == Stop.DeadLetterPrefix + group
            : destination.StartsWith(Stop.RetryPrefix, StringComparison.Ordinal)
                ? group is not null && Stop.IsRetryOf(destination, group, Topic)
                : destination == Topic;
    }
}
