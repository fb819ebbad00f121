using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Entering;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Shipping;

/// <summary>
/// Listens for slaves and ships the log to each. The port speaks no protocol in which somebody could say who they are: whose slaves may come is a list of
/// addresses, and without one only those of this machine may where clients have to say who they are.
/// </summary>
internal sealed class LogShipping : IBatchEndWork, IAsyncDisposable
{
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(200);

    private readonly ReplicationOptions _options;
    private readonly IPEndPoint _endPoint;
    private readonly IConnectionTransport _transport;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private readonly IReadOnlyList<IPNetwork>? _allowed;
    private readonly ConcurrentDictionary<SlaveLink, Task> _links = new();

    /// <summary>Held by who looks for older connections: of two that come at once one stays.</summary>
    private readonly Lock _meeting = new();

    /// <summary>The same links, for those to go through who come with every message: it makes no garbage.</summary>
    private volatile SlaveLink[] _woken = [];
    private readonly CancellationTokenSource _stopping = new();
    private ITransportListener? _listener;
    private MessageStore? _store;
    private ShippingRate? _rate;
    private EpochReplication? _epochs;
    private Task _accepting = Task.CompletedTask;

    public LogShipping(BrokerOptions options, IPEndPoint endPoint, IConnectionTransport transport, TimeProvider time, ILogger<LogShipping> logger)
    {
        _options = options.Replication;
        _endPoint = endPoint;
        _transport = transport;
        _time = time;
        _logger = logger;
        _throttle = new LogThrottle(time, logger);
        _allowed = options.Replication.HaAllowedAddresses.Length > 0 ? AddressList.Parse("haAllowedAddresses", options.Replication.HaAllowedAddresses)
            : options.AuthenticationEnabled || options.AclEnable ? AddressList.Parse("haAllowedAddresses", "127.0.0.0/8,::1")
            : null;
    }

    /// <summary>A slave has said that it has more, or is gone.</summary>
    public event Action? Changed;

    /// <summary>Where slaves connect; the port is known once it is bound.</summary>
    public IPEndPoint EndPoint => _listener?.EndPoint ?? _endPoint;

    /// <summary>Connections, whoever they are.</summary>
    public int Connections => _links.Count;

    /// <summary>Those that are connected and have said where they are.</summary>
    public IEnumerable<SlaveLink> Slaves => _woken.Where(link => link.HasReported);

    /// <exception cref="RemotingBindException">The port is taken.</exception>
    public async Task BindAsync(CancellationToken cancellationToken)
    {
        try
        {
            _listener = await _transport.ListenAsync(_endPoint, cancellationToken).ConfigureAwait(false);
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw new RemotingBindException(_endPoint, e, ", where slaves come to (haListenPort; by default one above listenPort)");
        }
    }

    /// <param name="store">Whose log is shipped.</param>
    /// <param name="epochs">Whose it is; null without a controller.</param>
    public void Start(MessageStore store, EpochReplication? epochs = null)
    {
        _store = store;
        _epochs = epochs;
        _rate = new ShippingRate(_options, _time);
        store.LogGrew += OnLogGrew;
        if (epochs is not null)
        {
            epochs.Confirmed.Changed += Wake;
            epochs.Epochs.Changed += Wake;
        }

        Log.ShippingListens(_logger, EndPoint);
        _accepting = AcceptAsync(_listener!);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is { } store)
        {
            store.LogGrew -= OnLogGrew;
        }

        if (_epochs is { } epochs)
        {
            epochs.Confirmed.Changed -= Wake;
            epochs.Epochs.Changed -= Wake;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_listener is not null)
        {
            await _listener.StopAsync().ConfigureAwait(false);
        }

        await _accepting.ConfigureAwait(false);
        EndAll("the broker stops");
        await Task.WhenAll(_links.Values).ConfigureAwait(false);
        if (_listener is not null)
        {
            await _listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends all connections that are there; others may come.</summary>
    public void EndAll(string reason)
    {
        foreach (var link in _links.Keys)
        {
            link.End(reason);
        }
    }

    /// <summary>Slaves that have the log up to an offset but for haMaxGapNotInSync bytes. Asked for every message: it makes no garbage.</summary>
    public int CountNear(long end)
    {
        var near = 0;
        foreach (var link in _woken)
        {
            near += link.IsNear(end, _options.HaMaxGapNotInSync) ? 1 : 0;
        }

        return near;
    }

    /// <summary>Where so many slaves, at least, have the log; 0 when there are not as many.</summary>
    public long AcknowledgedBy(int slaves)
    {
        var links = _woken;
        Span<long> acknowledged = stackalloc long[links.Length];
        for (var i = 0; i < links.Length; i++)
        {
            acknowledged[i] = links[i].IsLearner ? -1 : links[i].Acknowledged;
        }

        acknowledged.Sort();
        return slaves <= acknowledged.Length ? Math.Max(0, acknowledged[^slaves]) : 0;
    }

    /// <summary>The broker of the set with an id, while it follows. Asked for every acknowledgement: it makes no garbage.</summary>
    public SlaveLink? Find(long brokerId)
    {
        foreach (var link in _woken)
        {
            if (link.BrokerId == brokerId && link is { HasReported: true, IsEnding: false })
            {
                return link;
            }
        }

        return null;
    }

    /// <summary>Slaves that follow and can be in a sync-state set. It makes no garbage.</summary>
    public int CountFollowing()
    {
        var following = 0;
        foreach (var link in _woken)
        {
            following += link is { HasReported: true, IsEnding: false, IsLearner: false } ? 1 : 0;
        }

        return following;
    }

    void IBatchEndWork.Run() => Wake();

    /// <summary>What a batch of a client's input appends is shipped together.</summary>
    private void OnLogGrew()
    {
        if (_woken.Length > 0 && !InputBatch.TryDefer(this))
        {
            Wake();
        }
    }

    private void Wake()
    {
        foreach (var link in _woken)
        {
            link.OnLogGrew();
        }
    }

    private void Note()
    {
        lock (_links)
        {
            _woken = [.. _links.Keys];
        }
    }

    private async Task AcceptAsync(ITransportListener listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false) is not { } connection)
                {
                    return;
                }

                if (WhyNot(connection.RemoteEndPoint) is { } reason)
                {
                    if (_throttle.Allows())
                    {
                        Log.SlaveRefused(_logger, connection.RemoteEndPoint?.ToString() ?? "", reason);
                    }

                    connection.Abort(reason);
                    _ = connection.DisposeAsync().AsTask();
                    continue;
                }

                ISlaveDialect dialect = _epochs is { } epochs ? new EpochSlave(epochs, _store!) : new PlainSlave(_store!);
                var link = new SlaveLink(connection, dialect, _store!, _options, _rate!, () => Changed?.Invoke(), EndOlder, _time, _logger, _throttle);
                // It must stand in the table before it can be over and leave it.
                var isListed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _links[link] = ServeAsync(link, isListed.Task);
                Note();
                isListed.SetResult();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                Log.AcceptingSlavesFailed(_logger, EndPoint, e);
                await Task.Delay(AcceptRetry, _time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Where all places are taken, who has been longest without saying anything gives way: a probe that only connects is no slave.</summary>
    private string? WhyNot(EndPoint? peer)
    {
        if (_allowed is { } allowed && !allowed.Include(peer))
        {
            return _options.HaAllowedAddresses.Length > 0
                ? "haAllowedAddresses does not name its address"
                : "haAllowedAddresses is empty, and where clients have to say who they are only this machine may follow the log then: name the slaves' addresses";
        }

        if (_links.Count < _options.HaMaxConnections)
        {
            return null;
        }

        var silent = _links.Keys.FirstOrDefault(link => !link.HasSpoken && !link.IsEnding);
        silent?.End($"{_links.Count} connections are open, the limit is {_options.HaMaxConnections} (haMaxConnections), and it has said nothing");
        return silent is null ? $"{_links.Count} connections are open, the limit is {_options.HaMaxConnections} (haMaxConnections)" : null;
    }

    /// <summary>A broker has one connection: what it said on an older one it says no more.</summary>
    private void EndOlder(SlaveLink link)
    {
        lock (_meeting)
        {
            foreach (var other in _links.Keys.Where(other => !link.IsEnding && other != link && other.BrokerId == link.BrokerId))
            {
                other.End($"broker {link.BrokerId} has come again, from {link.Address}");
            }
        }
    }

    private async Task ServeAsync(SlaveLink link, Task isListed)
    {
        await isListed.ConfigureAwait(false);
        try
        {
            await link.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            _links.TryRemove(link, out _);
            Note();
            Changed?.Invoke();
        }
    }
}
