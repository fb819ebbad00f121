using RocketMQ.Protocol.Bodies;
using RocketMQ.Store.Timing;

namespace RocketMQ.Broker.Replication.Metadata;

/// <summary>What the master answered when it was asked for its tables. One that is null was not asked for, has not changed, or the master has none.</summary>
internal sealed record MasterTables
{
    public TopicConfigSerializeWrapper? Topics { get; init; }

    public SubscriptionGroupWrapper? Groups { get; init; }

    public MessageRequestModeSerializeWrapper? RequestModes { get; init; }

    public LmqConsumerOffsetSerializeWrapper? Offsets { get; init; }

    /// <summary>The offsets are those that have changed, not all.</summary>
    public bool AreOffsetsPart { get; init; }

    public DelayOffsetSerializeWrapper? Delays { get; init; }

    public TimerCheckpoint? Timers { get; init; }

    public TimerMetricsSerializeWrapper? TimerMetrics { get; init; }

    /// <summary>Where the master's log ended behind all of these: what they say was done stands before.</summary>
    public required long LogEnd { get; init; }

    /// <summary>Whether the master tells what has changed, and may be asked often: Apache's writes all out each time.</summary>
    public required bool TellsChanges { get; init; }

    /// <summary>The versions of those that have one, by the code they were asked with: what the slave has once it has taken them.</summary>
    public required IReadOnlyDictionary<int, string> Versions { get; init; }

    /// <summary>Whether they speak of what is in the log: how far groups, delays and timers are.</summary>
    public bool HavePositions => Offsets is not null || Delays is not null || Timers is not null;
}
