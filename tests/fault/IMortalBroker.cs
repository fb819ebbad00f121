using RocketMQ.Remoting;
using RocketMQ.Store.Files;

namespace RocketMQ.Fault.Tests;

/// <summary>A broker that an audit lets die, and starts again on what is left.</summary>
internal interface IMortalBroker : IAsyncDisposable
{
    /// <summary>What it goes by.</summary>
    TimeProvider Clock { get; }

    /// <summary>Where it keeps its store, while it runs and after its death.</summary>
    IStoreFileSystem Files { get; }

    string StoreFolder { get; }

    /// <summary>What it said of its life.</summary>
    string Output { get; }

    /// <summary>The last moment it is known to have lived at, by its clock.</summary>
    long DiedMs { get; }

    /// <summary>Whether its end has begun, or is over.</summary>
    bool IsDying { get; }

    /// <summary>Whether of what was written and not flushed nothing survives without what was written before it: not where the power is lost.</summary>
    bool KeepsOrder { get; }

    BrokerClient Connect(RequestTable answers);

    /// <exception cref="InvalidOperationException">It does not come up; the message says why.</exception>
    Task StartAsync();

    Death PlanDeath(Random random, int meanLoadMs);

    /// <summary>Dies as planned. Load goes on until it is dead.</summary>
    /// <param name="begun">Completes when the load is there.</param>
    Task DieAsync(Death death, Task begun);

    /// <summary>Begins to start, and dies.</summary>
    /// <param name="moment">One of <see cref="Death.Starts"/>.</param>
    Task StartAndDieAsync(int moment);

    Task StopAsync();

    /// <summary>Keeps the store as it is: it is the evidence.</summary>
    Task KeepAsync(string folder);
}
