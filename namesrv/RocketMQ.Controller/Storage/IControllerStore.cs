using RocketMQ.Controller.Sets;

namespace RocketMQ.Controller.Storage;

/// <summary>
/// Where broker sets are kept, and who of several controllers leads. A set is changed by compare-and-swap on what was read, so that two controllers that
/// both think they lead do no harm; a read gives what no write of the past, though nobody was told how it ended, can change any more.
/// </summary>
public interface IControllerStore : IAsyncDisposable
{
    /// <summary>Who leads.</summary>
    Leadership Leadership { get; }

    /// <summary>All sets as this controller saw them last: for lists and scans, not for decisions.</summary>
    IReadOnlyCollection<BrokerSet> Seen { get; }

    /// <summary>Raised when somebody else leads, or this controller begins to or no longer does.</summary>
    event Action? LeadershipChanged;

    /// <summary>Begins to follow the store, and to lead as soon as nobody else does.</summary>
    /// <exception cref="Remoting.Configuration.ConfigurationException">It can't be used, and will not by itself.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Leaves the lead to others.</summary>
    Task StopAsync();

    /// <summary>A set as this controller saw it last.</summary>
    BrokerSet? FindSeen(string name);

    /// <summary>A set as it stands; only for the controller that leads.</summary>
    ValueTask<StoreAnswer> ReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Puts a set in the place of the one that was read.</summary>
    /// <param name="name">Of the set.</param>
    /// <param name="set">None: it is removed.</param>
    /// <param name="version">Of what was read.</param>
    ValueTask<StoreAnswer> WriteAsync(string name, BrokerSet? set, long version, CancellationToken cancellationToken);
}
