using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting.Entering;

/// <summary>
/// What stands before a connection's first frame: a PROXY header, then a TLS handshake, each or neither. The first bytes tell, looked at where they
/// were received: a connection without either is served as it is, and nothing is in its way afterwards.
/// </summary>
internal sealed class Entrance
{
    /// <summary>The first byte of a TLS record with a handshake: as a frame's length it would be 369 MB.</summary>
    private const byte TlsHandshake = 0x16;

    private readonly IReadOnlyList<IPNetwork> _trustedProxies;
    private readonly TlsMode _mode;
    private readonly TlsServer? _tls;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;

    private Entrance(RemotingOptions options, TimeProvider time, ILogger logger, LogThrottle throttle)
    {
        _trustedProxies = options.TrustedProxies;
        _mode = options.Tls?.ServerMode ?? TlsMode.Disabled;
        _tls = _mode == TlsMode.Disabled ? null : new TlsServer(options.Tls!, options.MaxHandshakes, options.HandshakeTimeout, time, logger);
        _timeout = options.HandshakeTimeout;
        _time = time;
        _logger = logger;
        _throttle = throttle;
    }

    /// <returns>Null where nobody asked for TLS or for PROXY headers: then all bytes are frames.</returns>
    /// <exception cref="ConfigurationException">The certificate can't be used.</exception>
    public static Entrance? Of(RemotingOptions options, TimeProvider time, ILogger logger, LogThrottle throttle) =>
        options.Tls is null && options.TrustedProxies.Count == 0 ? null : new Entrance(options, time, logger, throttle);

    /// <summary>Waits for the first bytes and does what they ask for.</summary>
    /// <returns>The connection to be served; null when it has ended.</returns>
    public async ValueTask<ITransportConnection?> EnterAsync(ITransportConnection transport)
    {
        try
        {
            var (entered, refusal) = await TryEnterAsync(transport).ConfigureAwait(false);
            if (entered is not null)
            {
                return entered;
            }

            await CloseAsync(transport, refusal).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            await CloseAsync(transport, null).ConfigureAwait(false);
            Log.Closed(_logger, transport.Id, transport.RemoteEndPoint, e.Message);
        }

        return null;
    }

    private async ValueTask<(ITransportConnection? Entered, string? Refusal)> TryEnterAsync(ITransportConnection transport)
    {
        if (await FirstByteAsync(transport).ConfigureAwait(false) is not { } first)
        {
            return default;
        }

        var connection = transport;
        if (first == TextProxyHeader.Signature[0] || first == BinaryProxyHeader.Signature[0])
        {
            var (source, length, error) = await ReadProxyHeaderAsync(transport).ConfigureAwait(false);
            if (error is not null)
            {
                return (null, error);
            }

            if (source is not null)
            {
                connection = new RelayedConnection(transport, new IPEndPoint(AddressList.Plain(source.Address), source.Port));
                Log.Relayed(_logger, transport.Id, transport.RemoteEndPoint, connection.RemoteEndPoint);
            }

            if (length > 0)
            {
                if (await FirstByteAsync(transport).ConfigureAwait(false) is not { } next)
                {
                    return default;
                }

                first = next;
            }
        }

        if (first == TlsHandshake)
        {
            return _tls is null ? (null, "it speaks TLS, and tls.server.mode is DISABLED") : await _tls.UpgradeAsync(connection).ConfigureAwait(false);
        }

        return _mode == TlsMode.Enforcing ? (null, "it does not speak TLS, and tls.server.mode is ENFORCING") : (connection, null);
    }

    /// <returns>Null when the peer closes without a word, as those do who only look whether somebody listens.</returns>
    private static async ValueTask<byte?> FirstByteAsync(ITransportConnection transport)
    {
        while (true)
        {
            var result = await transport.Input.ReadAsync().ConfigureAwait(false);
            byte? first = result.Buffer.IsEmpty ? null : result.Buffer.FirstSpan[0];
            transport.Input.AdvanceTo(result.Buffer.Start);
            if (first is not null || result.IsCompleted || result.IsCanceled)
            {
                return first;
            }
        }
    }

    /// <summary>Takes a header off the input; what only begins like one is left to be read as a frame.</summary>
    private async ValueTask<(IPEndPoint? Source, int Length, string? Error)> ReadProxyHeaderAsync(ITransportConnection transport)
    {
        using var deadline = new CancellationTokenSource(_timeout, _time);
        while (true)
        {
            ReadResult result;
            try
            {
                result = await transport.Input.ReadAsync(deadline.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                return (null, 0, $"its PROXY header took more than {_timeout.TotalSeconds:0.###} s (serverHandshakeTimeoutMillis)");
            }

            var header = ProxyHeader.Read(result.Buffer);
            var isKnown = header.Status is not (ProxyHeaderStatus.None or ProxyHeaderStatus.Undecided);
            if (isKnown && !_trustedProxies.Include(transport.RemoteEndPoint))
            {
                transport.Input.AdvanceTo(result.Buffer.Start);
                return (null, 0, "it sends a PROXY header, and proxyProtocolTrustedAddresses does not name its address");
            }

            if (header.Status is ProxyHeaderStatus.Incomplete or ProxyHeaderStatus.Undecided && !result.IsCompleted)
            {
                transport.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                continue;
            }

            transport.Input.AdvanceTo(result.Buffer.GetPosition(header.Length));
            return header.Status == ProxyHeaderStatus.Invalid ? (null, 0, $"it sends {header.Error}") : (header.Source, header.Length, null);
        }
    }

    /// <summary>What was said to the peer, an alert of TLS, is sent first; but not for long.</summary>
    private async ValueTask CloseAsync(ITransportConnection transport, string? refusal)
    {
        if (refusal is not null && _throttle.Allows())
        {
            Log.NotEntered(_logger, transport.Id, transport.RemoteEndPoint, refusal);
        }

        using var patience = new CancellationTokenSource(_timeout, _time);
        await using var aborting = patience.Token.UnsafeRegister(_ => transport.Abort(refusal ?? "it ended"), null).ConfigureAwait(false);
        await transport.DisposeAsync().ConfigureAwait(false);
    }
}
