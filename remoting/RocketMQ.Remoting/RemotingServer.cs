using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Entering;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting;

/// <summary>Listens on one endpoint and serves a <see cref="RequestTable"/> over it.</summary>
public sealed class RemotingServer : IAsyncDisposable
{
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(200);

    private readonly IPEndPoint _endPoint;
    private RequestTable? _table;
    private volatile bool _asksToGo;
    private Task? _asked;
    private readonly RemotingOptions _options;
    private readonly IConnectionTransport _transport;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<AcceptedConnection, Task> _connections = new();
    private readonly ConcurrentDictionary<IPAddress, int> _byAddress = new();
    private readonly ConnectionBudgets _budgets;
    private readonly LogThrottle _throttle;
    private readonly CancellationTokenSource _stopping = new();
    private Entrance? _entrance;
    private ITransportListener? _listener;
    private ITimer? _idleTimer;
    private Task _accepting = Task.CompletedTask;
    private Task? _stopped;

    /// <summary>A server whose handlers are given to <see cref="Serve"/>, once they are made: some need to know the bound port.</summary>
    public RemotingServer(IPEndPoint endPoint, RemotingOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _endPoint = endPoint;
        _options = options;
        _transport = options.Transport ?? SocketTransport.Inline;
        _budgets = new ConnectionBudgets(options, time);
        _time = time;
        _logger = loggers.CreateLogger<RemotingServer>();
        _throttle = new LogThrottle(time, _logger);
    }

    public RemotingServer(IPEndPoint endPoint, RequestTable table, RemotingOptions options, TimeProvider time, ILoggerFactory loggers)
        : this(endPoint, options, time, loggers) => _table = table;

    /// <summary>Raised on the connection's thread before its first frame is read.</summary>
    public event Action<RemotingConnection>? ConnectionOpened;

    /// <summary>Raised once, after the connection's last frame was served.</summary>
    public event Action<RemotingConnection>? ConnectionClosed;

    /// <summary>Where the server listens; the port is known once it is started.</summary>
    public IPEndPoint LocalEndPoint => _listener?.EndPoint ?? _endPoint;

    public int ConnectionCount => _connections.Count;

    /// <summary>Binds and serves.</summary>
    /// <exception cref="RemotingBindException">The port is taken, or the address is not this machine's.</exception>
    /// <exception cref="ConfigurationException">The certificate can't be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await BindAsync(cancellationToken).ConfigureAwait(false);
        Serve(_table ?? throw new InvalidOperationException("This server was made without handlers: bind, then serve them."));
    }

    /// <summary>Takes the port. Clients can connect from now on, and wait until the server serves.</summary>
    /// <exception cref="RemotingBindException">The port is taken, or the address is not this machine's.</exception>
    /// <exception cref="ConfigurationException">The certificate can't be used.</exception>
    public async Task BindAsync(CancellationToken cancellationToken = default)
    {
        _entrance = Entrance.Of(_options, _time, _logger, _throttle);
        try
        {
            _listener = await _transport.ListenAsync(_endPoint, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new RemotingBindException(_endPoint, e);
        }
    }

    /// <summary>Accepts connections and serves these handlers to them.</summary>
    public void Serve(RequestTable table)
    {
        _table = table;
        Log.Listening(_logger, _listener!.EndPoint);
        _idleTimer = _time.CreateTimer(_ => CloseIdle(), null, _options.IdleSweep, _options.IdleSweep);
        _accepting = AcceptLoopAsync(_listener);
    }

    /// <summary>
    /// Stops accepting, closes every connection and waits until their handlers are done, but no longer than
    /// <see cref="RemotingOptions.StopPatience"/>: what stands behind them has to be closed in any case. Again: waits for the same.
    /// </summary>
    public Task StopAsync() => _stopped ??= StopOnceAsync();

    /// <summary>
    /// Lets nobody new in and asks those who are there to go; completes when all have, or after <see cref="RemotingOptions.GoAwayTime"/>. The first part of
    /// <see cref="StopAsync"/>, for a process with several servers: their clients are asked at the same time.
    /// </summary>
    public Task AskToGoAsync() => _asked ??= AskToGoOnceAsync();

    private async Task StopOnceAsync()
    {
        await AskToGoAsync().ConfigureAwait(false);
        if (_listener is null)
        {
            return;
        }

        foreach (var connection in _connections.Keys)
        {
            connection.Close("the server stops");
        }

        await Task.WhenAll(_connections.Values).WaitAsync(_options.StopPatience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_connections.IsEmpty)
        {
            Log.HandlersLeft(_logger, _listener.EndPoint, _connections.Count, _options.StopPatience.TotalSeconds);
        }

        await _listener.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Who comes back finds nobody listening: it goes to another broker, or through a proxy to another process.</summary>
    private async Task AskToGoOnceAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_listener is null)
        {
            return;
        }

        _idleTimer?.Dispose();
        await _listener.StopAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        if (_options.GoAwayTime <= TimeSpan.Zero)
        {
            return;
        }

        // First for those that enter meanwhile, then for those that have.
        _asksToGo = true;
        foreach (var connection in _connections.Keys)
        {
            connection.Served?.GoAway();
        }

        await Task.WhenAll(_connections.Values).WaitAsync(_options.GoAwayTime, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Connections that are accepted in one go.</summary>
    private const int AcceptTurn = 32;

    private async Task AcceptLoopAsync(ITransportListener listener)
    {
        for (var accepted = 1; !_stopping.IsCancellationRequested; accepted++)
        {
            try
            {
                if (accepted % AcceptTurn == 0)
                {
                    // Where there is always another, this is the thread that reads the sockets of those there are.
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                }

                var transport = await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                if (transport is null)
                {
                    return;
                }

                Accept(transport);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                // Out of file descriptors, most often: others may close theirs.
                Log.AcceptFailed(_logger, listener.EndPoint, e);
                await Task.Delay(AcceptRetry, _time).ConfigureAwait(false);
            }
        }
    }

    private void Accept(ITransportConnection transport)
    {
        if (_connections.Count >= _options.MaxConnections)
        {
            if (_throttle.Allows())
            {
                Log.ConnectionLimit(_logger, transport.RemoteEndPoint, _connections.Count, _options.MaxConnections);
            }

            transport.Abort("connection limit");
            _ = transport.DisposeAsync().AsTask();
            return;
        }

        var address = _options.TrustedProxies.Include(transport.RemoteEndPoint) ? null : AddressOf(transport);
        if (address is not null && !TryCount(address, transport.RemoteEndPoint))
        {
            transport.Abort("connection limit of the address");
            _ = transport.DisposeAsync().AsTask();
            return;
        }

        var accepted = new AcceptedConnection(transport, address, _time);
        var started = new TaskCompletionSource();
        _connections[accepted] = started.Task;
        _ = ServeAsync(accepted, started);
    }

    private static IPAddress AddressOf(ITransportConnection connection) => (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;

    /// <summary>One connection of an address more, unless that is one too many.</summary>
    private bool TryCount(IPAddress address, EndPoint? remote)
    {
        if (_byAddress.AddOrUpdate(address, 1, static (_, count) => count + 1) <= _options.MaxConnectionsPerAddress)
        {
            return true;
        }

        Leave(address);
        if (_throttle.Allows())
        {
            Log.AddressLimit(_logger, remote, _options.MaxConnectionsPerAddress);
        }

        return false;
    }

    /// <summary>One connection of an address less; the last takes its entry with it.</summary>
    private void Leave(IPAddress address)
    {
        if (_byAddress.AddOrUpdate(address, 0, static (_, count) => count - 1) <= 0)
        {
            _byAddress.TryRemove(KeyValuePair.Create(address, 0));
        }
    }

    private async Task ServeAsync(AcceptedConnection accepted, TaskCompletionSource ended)
    {
        // Off the accept loop: what this connection does must not hold up the next one's.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (await EnterAsync(accepted).ConfigureAwait(false) is { } entered)
            {
                await ServeAsync(accepted, entered).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            Log.ReadLoopFailed(_logger, accepted.Transport.Id, e);
            accepted.Close(e.Message);
        }

        _connections.TryRemove(accepted, out _);
        if (accepted.Address is { } address)
        {
            Leave(address);
        }

        ended.SetResult();
    }

    /// <returns>The connection to be served; null when it has ended.</returns>
    private async ValueTask<ITransportConnection?> EnterAsync(AcceptedConnection accepted)
    {
        if (_entrance is null)
        {
            return accepted.Transport;
        }

        var entered = await _entrance.EnterAsync(accepted.Transport).ConfigureAwait(false);
        if (entered is null || accepted.Address is not null)
        {
            return entered;
        }

        // A proxy's connections count for those who made them.
        var address = AddressOf(entered);
        if (TryCount(address, entered.RemoteEndPoint))
        {
            accepted.Address = address;
            return entered;
        }

        entered.Abort("connection limit of the address");
        await entered.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    private async Task ServeAsync(AcceptedConnection accepted, ITransportConnection entered)
    {
        var connection = new RemotingConnection(entered, _table!, _options, isServer: true, _time, _logger, _budgets, _throttle);
        accepted.Served = connection;
        if (_asksToGo)
        {
            connection.GoAway();
        }

        Log.Opened(_logger, connection.Id, connection.RemoteEndPoint);
        try
        {
            ConnectionOpened?.Invoke(connection);
            await connection.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.ReadLoopFailed(_logger, connection.Id, e);
            connection.Close(e.Message);
        }

        // Off the thread that read the socket: it has others to serve than those who follow what a connection leaves behind.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        TellClosed(connection);
    }

    /// <summary>Every listener is told, whatever became of the connection or of another listener: a client that is gone must not stay in any table.</summary>
    private void TellClosed(RemotingConnection connection)
    {
        foreach (var listener in Delegate.EnumerateInvocationList(ConnectionClosed))
        {
            try
            {
                listener(connection);
            }
            catch (Exception e)
            {
                Log.CloseListenerFailed(_logger, connection.Id, e);
            }
        }
    }

    private void CloseIdle()
    {
        foreach (var connection in _connections.Keys)
        {
            if (connection.Idle >= _options.IdleTimeout)
            {
                connection.Close($"idle for {_options.IdleTimeout.TotalSeconds:0} s");
            }
        }
    }
}
