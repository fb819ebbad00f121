using System.Runtime.CompilerServices;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Broker.Replication.Shipping;
using RocketMQ.Broker.Sending;
using RocketMQ.Remoting;
using RocketMQ.Store;
using RocketMQ.Store.Log;

namespace RocketMQ.Broker.Replication.Membership;

/// <summary>
/// A master's sync-state set, and whom its sends wait for. Two sets: the one that the controller stores, from which the next master is elected, and the one whose
/// acknowledgements count here, which holds all of the stored one at any time. A broker is counted before it is proposed, and until a set without it is stored; so
/// whoever is elected, whenever, has all that was acknowledged.
/// </summary>
internal sealed class InSyncSet : IReplicas
{
    /// <summary>Bytes that a slave may be behind when sends begin to wait for it: as long as they take is how long those are late.</summary>
    private const int NearEnough = 1024 * 1024;

    private readonly ReplicationOptions _options;
    private readonly MessageStore _store;
    private readonly LogShipping _shipping;
    private readonly ConfirmedOffset _confirmed;
    private readonly OffsetWaiters _waiters;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, long> _joining = [];
    private bool _isMaster;
    private long _self;
    private long _epochStart;
    private long _confirmedOffset;
    private long _limit = -1;
    private IReadOnlyList<long> _stored = [];
    private int _storedEpoch;

    /// <summary>Whom sends wait for beside this broker.</summary>
    private volatile long[] _counted = [];

    public InSyncSet(ReplicationOptions options, MessageStore store, LogShipping shipping, ConfirmedOffset confirmed, TimeProvider time)
    {
        _options = options;
        _store = store;
        _shipping = shipping;
        _confirmed = confirmed;
        _time = time;
        _waiters = new OffsetWaiters(() => options.SlaveTimeout, time, ReplyBatch.Run);
        shipping.Changed += OnChanged;
    }

    /// <summary>A slave may join, or must leave. On the thread that saw it: not to be held up.</summary>
    public event Action? MayChange;

    /// <summary>The set as the controller stores it, as far as is known here, and its epoch.</summary>
    public (IReadOnlyList<long> Members, int Epoch) Stored
    {
        get
        {
            lock (_lock)
            {
                return (_stored, _storedEpoch);
            }
        }
    }

    /// <summary>Brokers whose acknowledgements count, this one among them; none of one that is no master.</summary>
    public IReadOnlyList<long> Counted
    {
        get
        {
            lock (_lock)
            {
                return _isMaster ? [_self, .. _counted] : [];
            }
        }
    }

    /// <summary>Up to where the whole set has the log.</summary>
    public long Confirmed => IsForAll && _counted.Length > 0 ? Volatile.Read(ref _confirmedOffset) : _store.MaxPhysicalOffset;

    /// <summary>Whether a send waits for all that count.</summary>
    private bool IsForAll => _options.AllAckInSyncStateSet || _options.InSyncReplicas == 0;

    public bool AreWaitedFor
    {
        get
        {
            // The append stands before this look at the set: see Widen.
            Interlocked.MemoryBarrier();
            return IsForAll ? _counted.Length > 0 : _options.InSyncReplicas > 1;
        }
    }

    /// <summary>Begins a master's life: from here on sends wait for the set.</summary>
    public void Begin(long self, SetState state)
    {
        lock (_lock)
        {
            _isMaster = true;
            _self = self;
            _epochStart = _confirmedOffset = _store.MaxPhysicalOffset;
            _joining.Clear();
            _stored = state.InSync;
            _storedEpoch = state.InSyncEpoch;
            _counted = [.. state.InSync.Where(id => id != self)];
            _limit = -1;
            Limit();
        }
    }

    /// <summary>Ends it: whoever waits is told that the set has not said that it has their message.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isMaster = false;
            _waiters.Fail();
        }

        _shipping.EndAll("this broker is no master any more");
    }

    /// <summary>Takes a set that the controller has stored, if it is newer than the one that is known: those that are not in it count no longer.</summary>
    public void Adopt(IReadOnlyList<long> members, int epoch)
    {
        lock (_lock)
        {
            if (!_isMaster || epoch <= _storedEpoch)
            {
                return;
            }

            _stored = members;
            _storedEpoch = epoch;
            _joining.Clear();
            _counted = [.. members.Where(id => id != _self)];
            Limit();
        }

        Recount();
    }

    /// <summary>The controller has not stored what was proposed, and will not: who is not in the stored set counts no longer.</summary>
    public void Withdraw()
    {
        lock (_lock)
        {
            _joining.Clear();
            _counted = [.. _stored.Where(id => id != _self)];
            Limit();
        }

        Recount();
    }

    /// <summary>The set that the controller should store: null when it is the one that it does. Whoever is new in it is counted from here on.</summary>
    public (IReadOnlyList<long> Members, int FromEpoch)? Propose()
    {
        var joined = false;
        List<long> members;
        int epoch;
        lock (_lock)
        {
            if (!_isMaster)
            {
                return null;
            }

            epoch = _storedEpoch;
            members = [_self, .. _stored.Where(id => id != _self && IsKept(id))];
            foreach (var link in _shipping.Slaves)
            {
                if (link is { IsLearner: false, BrokerId: { } id } && id != _self && !_stored.Contains(id) && HasJoined(link, id, ref joined))
                {
                    members.Add(id);
                }
            }
        }

        if (joined)
        {
            Recount();
        }

        return members.Count == _stored.Count && members.All(_stored.Contains) ? null : (members, epoch);
    }

    /// <summary>Who of the stored set has the most of the log beside this broker; null when nobody is connected.</summary>
    public long? Heir() => Stored.Members.Where(id => id != _self).Select(_shipping.Find).OfType<SlaveLink>().MaxBy(link => link.Acknowledged)?.BrokerId;

    public Refusal? Refuse()
    {
        var there = 1 + _counted.Length;
        return there >= _options.MinInSyncReplicas ? null : new Refusal(
            RefusalKind.SystemError,
            $"in-sync replicas not enough: {there} are in the sync-state set, minInSyncReplicas is {_options.MinInSyncReplicas}. Nothing is stored");
    }

    public ValueTask<StoreOutcome> WaitAsync(long endOffset)
    {
        var wait = _waiters.WaitAsync(endOffset, out var mustWait);
        if (mustWait)
        {
            // The set may have become smaller, or they may have it by now.
            Recount();
        }

        return wait.IsCompletedSuccessfully ? new(Of(wait.Result)) : WaitAsync(wait);
    }

    public void Dispose()
    {
        _shipping.Changed -= OnChanged;
        _waiters.Close();
        _waiters.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<StoreOutcome> WaitAsync(ValueTask<FlushResult> wait) => Of(await wait.ConfigureAwait(false));

    private static StoreOutcome Of(FlushResult result) => result == FlushResult.Ok ? StoreOutcome.Stored : StoreOutcome.FlushSlaveTimeout;

    /// <summary>A member stays while it is connected and has caught up not too long ago.</summary>
    private bool IsKept(long id) =>
        _shipping.Find(id) is { } link && _time.GetElapsedTime(link.CaughtUpAt) < TimeSpan.FromMilliseconds(_options.HaMaxTimeSlaveNotCatchup);

    /// <summary>
    /// Whether a slave can be proposed. One that is near is counted first, and what was appended until then, which may have been acknowledged without it, is
    /// what it has to have: all that comes later waits for it.
    /// </summary>
    private bool HasJoined(SlaveLink link, long id, ref bool joined)
    {
        if (!_joining.TryGetValue(id, out var mustHave))
        {
            if (link.Acknowledged < _epochStart || !link.IsNear(_store.MaxPhysicalOffset, NearEnough))
            {
                return false;
            }

            _counted = [.. _counted, id];

            // Who appends moves the end, then looks whom to wait for: either they see the new member, or it has to have what they appended. So it is with what
            // was listed, and may have been read, before the limit held.
            Interlocked.MemoryBarrier();
            _confirmedOffset = _counted.Length == 1 ? _store.MaxPhysicalOffset : _confirmedOffset;
            Limit();
            _joining[id] = mustHave = _store.MaxPhysicalOffset;
            joined = true;
        }

        return link.Acknowledged >= mustHave;
    }

    private void OnChanged()
    {
        Recount();
        if (MayHaveToChange())
        {
            MayChange?.Invoke();
        }
    }

    /// <summary>Asked for every acknowledgement: it makes no garbage.</summary>
    private bool MayHaveToChange()
    {
        var counted = _counted;
        if (_shipping.CountFollowing() != counted.Length || _joining.Count > 0)
        {
            return true;
        }

        foreach (var id in counted)
        {
            if (_shipping.Find(id) is null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds up to where all have the log, or as many as are asked for.</summary>
    private void Recount()
    {
        lock (_lock)
        {
            if (!_isMaster)
            {
                // Who had appended when it ended, and waits since.
                _waiters.Fail();
                return;
            }

            var counted = _counted;
            if (!IsForAll)
            {
                Limit();
                _waiters.Reach(_options.InSyncReplicas <= 1 ? _store.MaxPhysicalOffset : AcknowledgedBy(counted, _options.InSyncReplicas - 1));
                return;
            }

            var all = _store.MaxPhysicalOffset;
            foreach (var id in counted)
            {
                // One that has no connection holds it where it is.
                all = Math.Min(all, _shipping.Find(id)?.Acknowledged ?? -1);
            }

            if (all > _confirmedOffset)
            {
                Volatile.Write(ref _confirmedOffset, all);
                Limit();
            }

            _waiters.Reach(_confirmedOffset);
        }
    }

    private long AcknowledgedBy(long[] counted, int slaves)
    {
        Span<long> acknowledged = stackalloc long[counted.Length];
        for (var i = 0; i < counted.Length; i++)
        {
            acknowledged[i] = _shipping.Find(counted[i])?.Acknowledged ?? 0;
        }

        acknowledged.Sort();
        return slaves <= acknowledged.Length ? Math.Max(0, acknowledged[^slaves]) : 0;
    }

    /// <summary>What may be read: only what nobody can take back, where sends wait for all.</summary>
    private void Limit()
    {
        var limit = IsForAll && _counted.Length > 0 ? _confirmedOffset : long.MaxValue;
        if (limit != _limit)
        {
            _limit = limit;
            _store.ListUpTo(limit);
            _confirmed.Set(limit);
        }
    }
}
