using RocketMQ.Controller.Sets;
using RocketMQ.Remoting;

namespace RocketMQ.Controller.Liveness;

/// <summary>
/// Which brokers live. One is missed at once when the connection of its last heartbeat breaks, and at the end of its own time when its heartbeats stop:
/// no scan adds to that. A controller that has just begun to lead, or that was held up itself, knows too little to miss anybody: it gives everybody time.
/// </summary>
internal sealed class LiveReplicas : IAsyncDisposable
{
    /// <summary>For a broker that names no time of its own, as Apache's.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A look that is so late says that this process was held up: then heartbeats wait in its sockets.</summary>
    private static readonly TimeSpan HeldUp = TimeSpan.FromMilliseconds(500);

    /// <summary>A broker may name no shorter time: a look at the clock is not worth an election.</summary>
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Dictionary<(string Set, long Id), LiveReplica> _live = [];
    private readonly Dictionary<RemotingConnection, HashSet<(string Set, long Id)>> _byConnection = [];

    /// <summary>Brokers that were missed since everybody was given time: those have had theirs.</summary>
    private readonly HashSet<(string Set, long Id)> _missed = [];
    private long _presumedUntil;
    private long _nextLook = long.MaxValue;

    public LiveReplicas(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Raised, outside any lock, when a broker is missed.</summary>
    public event Action<string, long, string>? Missed;

    /// <summary>Raised, outside any lock, when one is heard that was not.</summary>
    public event Action<string, long>? Came;

    /// <summary>How many are heard.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _live.Count;
            }
        }
    }

    /// <summary>From now on, and for this long, whoever was not heard and not missed is taken for alive.</summary>
    public void PresumeAll(TimeSpan time)
    {
        lock (_lock)
        {
            _missed.Clear();
            _presumedUntil = _time.GetTimestamp() + Ticks(time);
        }
    }

    public void Hear(string set, long id, RemotingConnection connection, TimeSpan timeout, Heartbeat? heartbeat)
    {
        bool isNew;
        lock (_lock)
        {
            var key = (set, id);
            var before = _live.GetValueOrDefault(key);
            isNew = before?.Heartbeat is null && heartbeat is not null;
            if (before is not null && before.Connection != connection)
            {
                Detach(key, before.Connection);
            }

            timeout = timeout < MinTimeout ? MinTimeout : timeout;
            var live = new LiveReplica(connection, _time.GetTimestamp(), timeout, heartbeat ?? before?.Heartbeat);
            _live[key] = live;
            (_byConnection.TryGetValue(connection, out var keys) ? keys : _byConnection[connection] = []).Add(key);
            _missed.Remove(key);
            LookBy(Deadline(live));
        }

        // It may have closed between its request and this: nobody would tell of that again.
        if (connection.IsClosed)
        {
            Close(connection);
        }
        else if (isNew)
        {
            Came?.Invoke(set, id);
        }
    }

    /// <summary>Its life ends here: it begins anew, and has not been heard since.</summary>
    public void Forget(string set, long id)
    {
        lock (_lock)
        {
            Remove((set, id));
        }
    }

    public void Close(RemotingConnection connection)
    {
        List<(string Set, long Id)> missed;
        lock (_lock)
        {
            if (!_byConnection.TryGetValue(connection, out var keys))
            {
                return;
            }

            missed = [.. keys];
            missed.ForEach(Remove);
        }

        missed.ForEach(key => Missed?.Invoke(key.Set, key.Id, $"its connection ended: {connection.CloseReason ?? "it closed it"}"));
    }

    /// <summary>Who of a set lives now.</summary>
    public SetLiveness Of(BrokerSet? set)
    {
        if (set is null)
        {
            return SetLiveness.Nobody;
        }

        var alive = new Dictionary<long, Heartbeat?>();
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            foreach (var id in set.Replicas.Keys)
            {
                if (_live.TryGetValue((set.Name, id), out var live) && Deadline(live) > now)
                {
                    alive[id] = live.Heartbeat;
                }
                else if (live is null && now < _presumedUntil && !_missed.Contains((set.Name, id)))
                {
                    alive[id] = null;
                }
            }
        }

        return new SetLiveness(alive);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private long Deadline(LiveReplica live) => live.LastTimestamp + Ticks(live.Timeout);

    private long Ticks(TimeSpan time) => (long)Math.Min(time.TotalSeconds * _time.TimestampFrequency, long.MaxValue / 4);

    private void Look()
    {
        var missed = new List<((string Set, long Id) Key, LiveReplica Live)>();
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (_time.GetElapsedTime(_nextLook, now) > HeldUp)
            {
                foreach (var (key, live) in _live.ToList())
                {
                    _live[key] = live with { LastTimestamp = now };
                }
            }

            _nextLook = long.MaxValue;
            foreach (var (key, live) in _live.Where(each => Deadline(each.Value) <= now).ToList())
            {
                missed.Add((key, live));
                Remove(key);
            }

            if (_live.Count > 0)
            {
                LookBy(_live.Values.Min(Deadline));
            }
        }

        foreach (var (key, live) in missed)
        {
            // A frozen broker that thaws finds its connection closed, and learns what it missed before it goes on.
            live.Connection.Close($"broker {key.Id} of {key.Set} was not heard for {live.Timeout.TotalMilliseconds:0} ms");
            Missed?.Invoke(key.Set, key.Id, $"it was not heard for {live.Timeout.TotalMilliseconds:0} ms");
        }
    }

    /// <summary>Looks no later than at this time. Heartbeats move the end of a broker's time, not the look: that finds it has moved.</summary>
    private void LookBy(long timestamp)
    {
        if (timestamp < _nextLook)
        {
            _nextLook = timestamp;
            var left = _time.GetElapsedTime(_time.GetTimestamp(), timestamp) + TimeSpan.FromMilliseconds(1);
            _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Remove((string Set, long Id) key)
    {
        if (_live.Remove(key, out var live))
        {
            Detach(key, live.Connection);
            if (_time.GetTimestamp() < _presumedUntil)
            {
                _missed.Add(key);
            }
        }
    }

    private void Detach((string Set, long Id) key, RemotingConnection connection)
    {
        if (_byConnection.TryGetValue(connection, out var keys) && keys.Remove(key) && keys.Count == 0)
        {
            _byConnection.Remove(connection);
        }
    }
}
