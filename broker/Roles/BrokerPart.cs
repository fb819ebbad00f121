namespace RocketMQ.Broker.Roles;

/// <summary>Something a broker has: how it starts and stops, and in which role it runs. One that is started and stopped by the role is so any number of times.</summary>
/// <param name="Name">What it is, for the log and for who is told that it is late: "delayed delivery".</param>
/// <param name="Stop">Ends it.</param>
internal sealed record BrokerPart(string Name, Func<ValueTask> Stop)
{
    /// <summary>Begins it. One that is begun by being made has none.</summary>
    public Func<CancellationToken, ValueTask> Start { get; init; } = static _ => default;

    public RunsAs Runs { get; init; }

    /// <summary>Whether its stop is waited for however long it takes: it brings what clients were promised to the disk.</summary>
    public bool IsWaitedFor { get; init; }

    /// <summary>How long its stop may wait for others because an operator wants it to: it is not late for that, and takes nothing from the parts behind it.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>The stop that is under way, or was: nothing is started beside one that is late.</summary>
    internal Task Stopping { get; set; } = Task.CompletedTask;

    internal bool IsRunning { get; set; }

    public bool RunsIn(BrokerRole role) => Runs == RunsAs.Any || role.IsMaster == (Runs == RunsAs.Master);
}
