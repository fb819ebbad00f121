namespace RocketMQ.MqAdmin.Explaining;

/// <summary>What is known of one queue, and of a group in it.</summary>
internal sealed record QueueFacts
{
    public required MessageQueue Queue { get; init; }

    /// <summary>Of the topic at this broker: 4 read, 2 write; null when nobody tells.</summary>
    public int? Perm { get; init; }

    /// <summary>Whether this group alone may not read the topic (5.x); null when the broker does not tell.</summary>
    public bool? IsForbidden { get; init; }

    public long Min { get; init; }

    public long Max { get; init; }

    /// <summary>Where the group goes on; null when it never committed an offset.</summary>
    public long? Committed { get; init; }

    /// <summary>How far the group has pulled; null when the broker does not tell.</summary>
    public long? Pulled { get; init; }

    /// <summary>Who may consume the queue in order; null when nobody, or when the broker does not tell.</summary>
    public LockFacts? Lock { get; init; }

    /// <summary>Whether the broker told who holds the queue.</summary>
    public bool IsLockKnown { get; init; }

    /// <summary>Whether the group's SQL condition lets the message pass, as the broker judges; null when it was not asked or can't tell.</summary>
    public bool? SqlPasses { get; init; }

    /// <summary>The last pop of the message; null when none was found.</summary>
    public PopFacts? Pop { get; init; }
}
