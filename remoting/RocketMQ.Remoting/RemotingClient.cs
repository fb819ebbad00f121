using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting;

/// <summary>
/// Connections to servers by address, made when first needed and made again after they were lost. Requests that a lost connection
/// leaves unanswered fail at once with the reason.
/// </summary>
public sealed class RemotingClient : IAsyncDisposable
{
    private readonly RequestTable _table;
    private readonly RemotingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IConnectionTransport _transport;
    private readonly TlsClient? _tls;
    private readonly ConcurrentDictionary<string, Lazy<Task<Link>>> _links = new(StringComparer.Ordinal);
    private readonly ITimer _idleTimer;
    private int _disposed;

    private sealed record Link(RemotingConnection Connection, Task Running);

    /// <param name="table">Handlers of requests that servers send to this client.</param>
    /// <exception cref="ConfigurationException">The client's certificate for TLS can't be used.</exception>
    public RemotingClient(RequestTable table, RemotingOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _table = table;
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger<RemotingClient>();
        _transport = options.Transport ?? (options.RunContinuationsInline ? SocketTransport.Inline : SocketTransport.Pooled);
        _tls = options.Tls is { IsClientEnabled: true } tls ? new TlsClient(tls, time, _logger) : null;
        _idleTimer = time.CreateTimer(_ => CloseIdle(), null, options.IdleSweep, options.IdleSweep);
    }

    /// <summary>Raised after a connection was lost, with the address it was made to.</summary>
    public event Action<string, RemotingConnection>? ConnectionLost;

    /// <summary>Sends a request to <c>host:port</c> and waits for the response.</summary>
    /// <exception cref="RemotingConnectException">The request was not sent: there is no connection.</exception>
    /// <exception cref="RemotingTimeoutException">The request was sent and not answered in time.</exception>
    /// <exception cref="RemotingException">The connection broke before the response came.</exception>
    public async Task<RemotingCommand> InvokeAsync(
        string address, RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var started = _time.GetTimestamp();
        var connection = await ConnectAsync(address, cancellationToken).ConfigureAwait(false);
        var left = timeout - _time.GetElapsedTime(started);
        if (left <= TimeSpan.Zero)
        {
            throw new RemotingTimeoutException($"Connecting to {address} used up the {timeout.TotalMilliseconds:0} ms of request {RequestCode.Describe(request.Code)}");
        }

        return await connection.InvokeAsync(request, left, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request that is not answered.</summary>
    /// <exception cref="RemotingConnectException">The request was not sent: there is no connection.</exception>
    /// <exception cref="RemotingException">The connection is closed, or the peer does not read.</exception>
    public async Task InvokeOnewayAsync(string address, RemotingCommand request, CancellationToken cancellationToken = default)
    {
        var connection = await ConnectAsync(address, cancellationToken).ConfigureAwait(false);
        if (!connection.TrySendOneway(request))
        {
            throw new RemotingException($"{address} takes no request: {connection.CloseReason ?? "it does not read"}");
        }
    }

    /// <summary>The connection to <c>host:port</c>, made if there is none.</summary>
    public async Task<RemotingConnection> ConnectAsync(string address, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        while (true)
        {
            var lazy = _links.GetOrAdd(address, static (key, client) => new Lazy<Task<Link>>(() => client.OpenAsync(key)), this);
            try
            {
                var link = await lazy.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (!link.Connection.IsClosed)
                {
                    return link.Connection;
                }
            }
            catch (RemotingConnectException)
            {
                _links.TryRemove(KeyValuePair.Create(address, lazy));
                throw;
            }

            _links.TryRemove(KeyValuePair.Create(address, lazy));
        }
    }

    /// <summary>Closes the connection to an address, if there is one; the next request makes a new one.</summary>
    public void Disconnect(string address, string reason)
    {
        if (_links.TryRemove(address, out var lazy) && lazy is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            lazy.Value.Result.Connection.Close(reason);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _idleTimer.DisposeAsync().ConfigureAwait(false);
        foreach (var lazy in _links.Values.Where(l => l.IsValueCreated))
        {
            try
            {
                var link = await lazy.Value.ConfigureAwait(false);
                link.Connection.Close("the client is closed");
                await link.Running.ConfigureAwait(false);
            }
            catch (RemotingConnectException)
            {
                // It never opened.
            }
        }
    }

    private async Task<Link> OpenAsync(string address)
    {
        RemotingConnection connection;
        try
        {
            using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _time);
            var endPoint = RemotingAddress.Parse(address);
            var transport = await _transport.ConnectAsync(endPoint, timeout.Token).ConfigureAwait(false);
            transport = _tls is null ? transport : await UpgradeAsync(_tls, transport, endPoint, timeout.Token).ConfigureAwait(false);
            connection = new RemotingConnection(transport, _table, _options, isServer: false, _time, _logger);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or FormatException or AuthenticationException or IOException)
        {
            var reason = e switch
            {
                OperationCanceledException => $"no answer within {_options.ConnectTimeout.TotalMilliseconds:0} ms",
                AuthenticationException or IOException => $"the TLS handshake failed: {TlsFailure.Describe(e)}",
                _ => e.Message,
            };
            throw new RemotingConnectException($"Can't connect to {address}: {reason}", e);
        }

        Log.Opened(_logger, connection.Id, connection.RemoteEndPoint);
        return new Link(connection, ServeAsync(address, connection));
    }

    private static async Task<ITransportConnection> UpgradeAsync(TlsClient tls, ITransportConnection transport, EndPoint endPoint, CancellationToken cancellationToken)
    {
        try
        {
            return await tls.UpgradeAsync(transport, endPoint is DnsEndPoint { Host: var host } ? host : ((IPEndPoint)endPoint).Address.ToString(), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e)
        {
            transport.Abort(e.Message);
            await transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task ServeAsync(string address, RemotingConnection connection)
    {
        await connection.RunAsync().ConfigureAwait(false);
        if (Volatile.Read(ref _disposed) == 0)
        {
            ConnectionLost?.Invoke(address, connection);
        }
    }

    private void CloseIdle()
    {
        foreach (var lazy in _links.Values)
        {
            if (lazy is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }
                && lazy.Value.Result.Connection is { } connection
                && connection.Idle >= _options.IdleTimeout)
            {
                connection.Close($"idle for {_options.IdleTimeout.TotalSeconds:0} s");
            }
        }
    }
}
