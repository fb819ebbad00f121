using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Health;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Following;

/// <summary>Keeps a slave's log following its master's: finds out where the master is, connects, and after each end again.</summary>
internal sealed class LogFollowing : IHealthCheck, IAsyncDisposable
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(3);

    /// <summary>Until it is tried again after a failure; the first times sooner.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    private readonly ReplicationOptions _options;
    private readonly MessageStore _store;
    private readonly MasterPlace _master;
    private readonly IConnectionTransport _transport;
    private readonly FirstReport _firstReport;
    private readonly EpochReplication? _epochs;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private CancellationTokenSource? _stopping;
    private TaskCompletionSource _news = NewNews();
    private Task _running = Task.CompletedTask;
    private MasterLink? _link;

    /// <summary>How many masters there have been.</summary>
    private int _masters;
    private string _state = "the broker is no slave";

    public LogFollowing(
        ReplicationOptions options, MessageStore store, MasterPlace master, IConnectionTransport transport, FirstReport firstReport, TimeProvider time,
        ILogger<LogFollowing> logger, EpochReplication? epochs = null)
    {
        _options = options;
        _store = store;
        _master = master;
        _transport = transport;
        _firstReport = firstReport;
        _epochs = epochs;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// The log has to be cut at an offset before it can follow its master. Said once: nothing is followed any more until the next <see cref="Start"/>. On the
    /// thread that followed, which <see cref="StopAsync"/> waits for: not to be held up.
    /// </summary>
    public event Action<long>? CutNeeded;

    /// <summary>Whether the log is followed now.</summary>
    public bool IsConnected => Volatile.Read(ref _link) is { HasMet: true };

    public void Start()
    {
        var stopping = _stopping = new CancellationTokenSource();
        _master.Changed += OnMasterChanged;
        _master.Replaced += OnMasterReplaced;
        _running = Task.Run(() => RunAsync(stopping.Token));
    }

    public async ValueTask StopAsync()
    {
        if (_stopping is not { } stopping)
        {
            return;
        }

        _stopping = null;
        _master.Changed -= OnMasterChanged;
        _master.Replaced -= OnMasterReplaced;
        await stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        stopping.Dispose();
    }

    public ValueTask DisposeAsync() => StopAsync();

    /// <summary>The master as this slave sees it, for operators.</summary>
    public HAClientRuntimeInfo Figures()
    {
        var link = Volatile.Read(ref _link);
        return new HAClientRuntimeInfo
        {
            MasterAddr = _master.HaAddress,
            TransferredByteInSecond = link?.TransferredInSecond ?? 0,
            MaxOffset = _store.MaxPhysicalOffset,
            LastReadTimestamp = link?.LastReadMs ?? 0,
            LastWriteTimestamp = link?.LastWriteMs ?? 0,
        };
    }

    public IEnumerable<HealthFinding> Look()
    {
        // A slave without its master serves what it has, and is needed then: that is no reason to keep clients away.
        if (_stopping is not null)
        {
            yield return new HealthFinding("replication.master", true, Volatile.Read(ref _state));
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = ShortestPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            var news = Volatile.Read(ref _news);
            var master = Volatile.Read(ref _masters);
            if (_master.HaAddress is not { } address)
            {
                Say("no name server has named the master of this slave's brokerName yet, and haMasterAddress is empty");
            }
            else
            {
                var (hasFollowed, cut) = await FollowAsync(address, master, cancellationToken).ConfigureAwait(false);
                if (cut is { } offset && !cancellationToken.IsCancellationRequested && master == Volatile.Read(ref _masters))
                {
                    CutNeeded?.Invoke(offset);
                    return;
                }

                pause = hasFollowed ? ShortestPause : pause;
            }

            _master.Seek();
            await news.Task.WaitAsync(pause, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = news.Task.IsCompleted ? ShortestPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>What the one before says counts no longer, least of all where this log would have to be cut.</summary>
    private void OnMasterReplaced()
    {
        Interlocked.Increment(ref _masters);
        Volatile.Read(ref _link)?.End("another broker is the master now");
    }

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnMasterChanged() => Interlocked.Exchange(ref _news, NewNews()).TrySetResult();

    /// <returns>Whether anything of the log came, or the master was there for long, and where the log has to be cut.</returns>
    private async Task<(bool HasFollowed, long? Cut)> FollowAsync(string address, int master, CancellationToken cancellationToken)
    {
        try
        {
            using var patience = new CancellationTokenSource(ConnectPatience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            _store.DropUnfinished();
            IMasterDialect dialect = _epochs is { } epochs
                ? new EpochMaster(epochs, _options, _store)
                : new PlainMaster(await _firstReport.FindAsync(either.Token).ConfigureAwait(false));
            var connection = await _transport.ConnectAsync(RemotingAddress.Parse(address), either.Token).ConfigureAwait(false);
            await using var link = new MasterLink(connection, dialect, () => OnFollowing(address), _store, _options, _time);
            Interlocked.Exchange(ref _link, link);
            if (master != Volatile.Read(ref _masters))
            {
                return default;
            }

            var began = _time.GetTimestamp();
            var reason = await link.RunAsync(cancellationToken).ConfigureAwait(false);
            Say($"the log does not follow {address}: {reason}");
            return (link.HasReceived || _time.GetElapsedTime(began) >= LongestPause, link.Cut);
        }
        catch (Exception e)
        {
            Say($"the log does not follow {address}: {(e is OperationCanceledException ? $"no connection within {ConnectPatience.TotalSeconds} s" : e.Message)}");
            return default;
        }
        finally
        {
            Volatile.Write(ref _link, null);
        }
    }

    private void OnFollowing(string address)
    {
        Volatile.Write(ref _state, $"the log follows {address}");
        Log.Following(_logger, address, _store.ReceivedOffset);
    }

    /// <summary>Said once, as long as it stays so.</summary>
    private void Say(string state)
    {
        if (state != _state)
        {
            Volatile.Write(ref _state, state);
            Log.NotFollowing(_logger, state);
        }
    }
}
