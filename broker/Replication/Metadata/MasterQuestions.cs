namespace RocketMQ.Broker.Replication.Metadata;

/// <summary>What a slave asks its master about.</summary>
[Flags]
internal enum MasterQuestions
{
    None = 0,

    /// <summary>How far timers are.</summary>
    Timers = 1,

    /// <summary>How far groups and delays are.</summary>
    Positions = 2,

    /// <summary>Topics, groups, request modes and counts.</summary>
    Tables = 4,

    All = Timers | Positions | Tables,
}
