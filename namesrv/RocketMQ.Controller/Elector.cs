using Microsoft.Extensions.Logging;
using RocketMQ.Controller.Configuration;
using RocketMQ.Controller.Liveness;
using RocketMQ.Controller.Notices;
using RocketMQ.Controller.Sets;
using RocketMQ.Controller.Storage;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Controller;

/// <summary>
/// Sees to it that sets have masters while this controller leads: when a broker is missed or comes, when it begins to lead, and every
/// <c>scanInactiveMasterInterval</c> beside. Tells the living brokers of a set who it is.
/// </summary>
internal sealed class Elector : IAsyncDisposable
{
    /// <summary>Elections that are under way at once.</summary>
    private const int Workers = 4;

    /// <summary>How soon sets are looked at again after the store has failed.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);

    private readonly BrokerSets _sets;
    private readonly IControllerStore _store;
    private readonly LiveReplicas _live;
    private readonly RoleNotifier _notifier;
    private readonly LiveOptions _options;
    private readonly ControllerFigures _figures;
    private readonly ILogger<Elector> _logger;
    private readonly Lane _lane;
    private readonly ITimer _scan;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);

    public Elector(
        BrokerSets sets, IControllerStore store, LiveReplicas live, RoleNotifier notifier, LiveOptions options, ControllerFigures figures, TimeProvider time, ILogger<Elector> logger)
    {
        _sets = sets;
        _store = store;
        _live = live;
        _notifier = notifier;
        _options = options;
        _figures = figures;
        _logger = logger;
        _lane = new Lane("elections", int.MaxValue, Workers, time: time);
        _scan = time.CreateTimer(_ => Scan(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        live.Missed += OnMissed;
        live.Came += OnCame;
        store.LeadershipChanged += OnLeadershipChanged;
    }

    /// <summary>An election that a broker or an operator asked for.</summary>
    public async Task<Outcome> ElectAsync(string name, long brokerId, bool isDesignated, RemotingConnection? from, CancellationToken cancellationToken)
    {
        var outcome = await _sets.ApplyAsync(
            name, (set, live) => Elections.Elect(set, brokerId, isDesignated, live, _options.Current.EnableElectUncleanMaster), cancellationToken).ConfigureAwait(false);
        if (outcome is not { IsSuccess: true, Set: { } elected })
        {
            _figures.Elected(outcome.Code);
            return outcome;
        }

        // It asked, so it lives, though it was not heard yet: or it would be missed before its first heartbeat is here.
        if (from is not null && !isDesignated && elected.MasterBrokerId == brokerId && !_live.Of(elected).IsHeard(brokerId))
        {
            _live.Hear(name, brokerId, from, LiveReplicas.DefaultTimeout, heartbeat: null);
        }

        _figures.Elected(outcome.Code);
        Log.Elected(_logger, elected.MasterBrokerId, name, elected.MasterEpoch, elected.SyncStateSetEpoch);
        if (_options.Current.NotifyBrokerRoleChanged)
        {
            _notifier.Notify(elected, _live.Of(elected));
        }

        return outcome;
    }

    /// <summary>Has a set looked at; once, however often that is asked for until it is done.</summary>
    public void ElectSoon(string name)
    {
        lock (_lock)
        {
            if (!_waiting.Add(name))
            {
                return;
            }
        }

        if (!_lane.TryEnqueue(null, () => ElectWaitingAsync(name)))
        {
            lock (_lock)
            {
                _waiting.Remove(name);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _live.Missed -= OnMissed;
        _live.Came -= OnCame;
        _store.LeadershipChanged -= OnLeadershipChanged;
        await _scan.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _lane.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task ElectWaitingAsync(string name)
    {
        lock (_lock)
        {
            _waiting.Remove(name);
        }

        if (!_store.Leadership.IsSelf)
        {
            return;
        }

        try
        {
            var outcome = await ElectAsync(name, Elections.NoBroker, isDesignated: false, from: null, _stopping.Token).ConfigureAwait(false);
            if (outcome.Code is not (ResponseCode.Success or ResponseCode.ControllerMasterStillExist or ResponseCode.ControllerNotLeader))
            {
                Log.NotElected(_logger, name, outcome.Remark);
                if (outcome.Code == ResponseCode.SystemError)
                {
                    // The store failed, not the election.
                    _scan.Change(RetryInterval, Timeout.InfiniteTimeSpan);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The controller stops.
        }
    }

    private void OnMissed(string name, long id, string reason)
    {
        Log.BrokerMissed(_logger, id, name, reason);
        if (_store.FindSeen(name)?.MasterBrokerId == id)
        {
            ElectSoon(name);
        }
    }

    private void OnCame(string name, long id)
    {
        Log.BrokerCame(_logger, id, name);
        if (_store.FindSeen(name) is { } set && CanElect(set))
        {
            ElectSoon(name);
        }
    }

    private void OnLeadershipChanged()
    {
        var leadership = _store.Leadership;
        if (leadership.IsSelf)
        {
            var grace = _options.Current.ScanInactiveMasterInterval;
            Log.Leads(_logger, grace);
            _live.PresumeAll(TimeSpan.FromMilliseconds(grace));
            _scan.Change(TimeSpan.FromMilliseconds(grace), Timeout.InfiniteTimeSpan);
        }
        else if (leadership.Id is { } id)
        {
            Log.Follows(_logger, id, leadership.Address);
        }
        else
        {
            Log.Leaderless(_logger);
        }
    }

    private void Scan()
    {
        if (!_store.Leadership.IsSelf)
        {
            return;
        }

        foreach (var set in _store.Seen.Where(CanElect))
        {
            ElectSoon(set.Name);
        }

        _scan.Change(TimeSpan.FromMilliseconds(_options.Current.ScanInactiveMasterInterval), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether a set lacks a master, and somebody lives who may become it.</summary>
    private bool CanElect(BrokerSet set)
    {
        var live = _live.Of(set);
        return !set.IsNew && !(set.MasterBrokerId is { } master && live.IsAlive(master))
            && (_options.Current.EnableElectUncleanMaster ? set.Replicas.Keys : set.SyncStateSet).Any(live.IsHeard);
    }
}
