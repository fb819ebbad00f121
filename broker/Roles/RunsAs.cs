namespace RocketMQ.Broker.Roles;

/// <summary>In which role a part of a broker runs.</summary>
internal enum RunsAs
{
    /// <summary>It serves reads, keeps the store or tells of the broker: whoever the broker is.</summary>
    Any,

    /// <summary>It writes to the log on its own: were two of a set at it, all of that would be done twice.</summary>
    Master,

    /// <summary>It takes from the master what a slave must have: a master has nobody to take it from.</summary>
    Slave,
}
