using RocketMQ.Fault.Tests.Disk;
using RocketMQ.Remoting;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>
/// A kind of traffic and what a user may rely on after a crash in the middle of it. The audit runs all workloads at once, kills the
/// broker, starts it again and lets each workload check its own promises.
/// </summary>
internal interface IWorkload
{
    /// <summary>Shown with its findings.</summary>
    string Name { get; }

    /// <summary>Lines of broker.conf it counts on.</summary>
    IEnumerable<string> Settings { get; }

    /// <summary>What the broker may ask of its client.</summary>
    RequestTable Answers => RequestTable.Empty;

    /// <summary>How much was acknowledged so far, in all rounds.</summary>
    int Acknowledged { get; }

    /// <summary>How often a sender ended because the broker said that it takes nothing any more: only one that is being stopped may say so.</summary>
    int Goodbyes { get; }

    /// <summary>Called once, before the first round: create topics, for example.</summary>
    Task PrepareAsync(BrokerClient broker);

    /// <summary>
    /// Makes traffic until <paramref name="stop"/>, or until the broker is gone, and remembers what was acknowledged. A lost connection
    /// ends it quietly: that is what the round is about.
    /// </summary>
    Task RunAsync(BrokerClient broker, int round, CancellationToken stop);

    /// <summary>The broker is dead.</summary>
    /// <param name="diedMs">
    /// The last moment, by its clock, that it is known to have lived at; after a clean stop a time to come: what may be lost for a while no longer may.
    /// </param>
    void NoteDeath(long diedMs)
    {
    }

    /// <summary>After the death, before anything can repair it: what was acknowledged is in the log.</summary>
    /// <param name="log">The log's records by their offset.</param>
    void AuditLog(IReadOnlyDictionary<long, LogRecord> log, Findings findings);

    /// <summary>After the restart: checks all of what was acknowledged in this round and the rounds before.</summary>
    Task AuditAsync(BrokerClient broker, Findings findings);

    /// <summary>After the last round, while nothing is sent any more: waits until everything that is owed has come, and names what has not.</summary>
    Task DrainAsync(BrokerClient broker, Findings findings) => Task.CompletedTask;

    /// <summary>What was seen, in a few words.</summary>
    string Summary => $"{Name} {Acknowledged}";
}
