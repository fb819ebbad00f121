using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Controller.Configuration;
using RocketMQ.Controller.Liveness;
using RocketMQ.Controller.Notices;
using RocketMQ.Controller.Requests;
using RocketMQ.Controller.Storage;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Entering;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Controller;

/// <summary>A controller: brokers of a set are heard by it, it elects their master, and keeps who of them has all that was acknowledged.</summary>
public sealed class ControllerServer : IAsyncDisposable
{
    private readonly ControllerOptions _options;
    private readonly ILogger _logger;
    private readonly Peers _peers;
    private readonly IControllerStore _store;
    private readonly LiveReplicas _live;
    private readonly RemotingServer _server;
    private readonly RemotingClient _client;
    private readonly RoleNotifier _notifier;
    private readonly ControllerFigures _figures;
    private readonly Elector _elector;
    private readonly Lane _requests;
    private int _stopped;

    /// <param name="options">The controller's configuration.</param>
    /// <param name="store">Where its state is kept; disposed with the controller.</param>
    /// <param name="time">The clock everything goes by.</param>
    /// <param name="loggers">Where all parts log.</param>
    /// <param name="transport">What brokers come over, and are reached by.</param>
    /// <exception cref="ConfigurationException"><c>bindAddress</c> or a number is not usable.</exception>
    public ControllerServer(ControllerOptions options, IControllerStore store, TimeProvider time, ILoggerFactory loggers, IConnectionTransport transport)
    {
        Check(options);
        _options = options;
        _store = store;
        _logger = loggers.CreateLogger<ControllerServer>();
        _peers = Peers.Of(options);
        var live = new LiveOptions(options);
        _live = new LiveReplicas(time);
        var remoting = new RemotingOptions
        {
            Transport = transport,
            IdleTimeout = TimeSpan.FromSeconds(options.ServerChannelMaxIdleTimeSeconds),
            MaxConnections = options.ServerMaxConnections,
            MaxConnectionsPerAddress = options.ServerMaxConnectionsPerAddress,
            MaxIncompleteFrameBytes = options.ServerMaxIncompleteFrameBytes,
            MaxUnreadReplyBytes = options.ServerMaxUnreadReplyBytes,
            Tls = options.Tls,
            MaxHandshakes = options.ServerMaxHandshakes,
            HandshakeTimeout = TimeSpan.FromMilliseconds(options.ServerHandshakeTimeoutMillis),
            TrustedProxies = AddressList.Parse("proxyProtocolTrustedAddresses", options.ProxyProtocolTrustedAddresses),
        };
        _client = new RemotingClient(RequestTable.Empty, remoting, time, loggers);
        _notifier = new RoleNotifier(_client, loggers.CreateLogger<RoleNotifier>());
        _figures = new ControllerFigures(store, _live);
        _requests = new Lane("controller", options.ControllerRequestThreadPoolQueueCapacity, options.ControllerThreadPoolNums);
        var sets = new BrokerSets(store, _live, loggers.CreateLogger<BrokerSets>());
        _elector = new Elector(sets, store, _live, _notifier, live, _figures, time, loggers.CreateLogger<Elector>());

        var table = new RequestTable.Builder();
        new ElectionHandlers(sets, _elector, live, loggers.CreateLogger<ElectionHandlers>()).AddTo(table, _requests);
        new MembershipHandlers(sets, store, _live, _elector, live, loggers.CreateLogger<MembershipHandlers>()).AddTo(table, _requests);
        new MetadataHandlers(store, _live, _peers, options.ControllerDLegerGroup).AddTo(table, _requests);
        new ConfigHandlers(live, loggers.CreateLogger<ConfigHandlers>()).AddTo(table, _requests);
        _server = new RemotingServer(EndPointOf(options, _peers), table.Build(), remoting, time, loggers);
        _server.ConnectionClosed += _live.Close;
    }

    /// <summary>Where it listens; the port is known once it is started.</summary>
    public IPEndPoint LocalEndPoint => _server.LocalEndPoint;

    /// <summary>Brokers that are heard.</summary>
    internal int LiveCount => _live.Count;

    /// <summary>The store of a controller that stands alone.</summary>
    /// <exception cref="ConfigurationException">It does not.</exception>
    public static IControllerStore FileStore(ControllerOptions options)
    {
        var peers = Peers.Of(options);
        return peers.Count == 1
            ? new FileControllerStore(Path.Combine(options.ControllerStorePath, "controller.state"), peers.SelfId, peers.SelfAddress ?? "")
            : throw new ConfigurationException(
                $"controllerDLegerPeers names {peers.Count} controllers: several keep their state in etcd, set controllerType=Etcd and etcdEndpoints, or leave one.");
    }

    /// <exception cref="RemotingBindException">The port is taken, or the address is not this machine's.</exception>
    /// <exception cref="ConfigurationException">The store can't be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _store.StartAsync(cancellationToken).ConfigureAwait(false);
        await _server.StartAsync(cancellationToken).ConfigureAwait(false);
        Log.Started(_logger, _peers.SelfId, _options.ControllerDLegerGroup, LocalEndPoint);
        if (!IPAddress.IsLoopback(LocalEndPoint.Address))
        {
            Log.OpenToAll(_logger, LocalEndPoint);
        }
    }

    /// <summary>Leaves the lead to another controller, then closes every connection.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        // Every broker's connection ends now; nobody is missed for that.
        _server.ConnectionClosed -= _live.Close;
        await _elector.DisposeAsync().ConfigureAwait(false);
        await _store.StopAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        await _requests.DisposeAsync().ConfigureAwait(false);
        await _notifier.DisposeAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
        await _live.DisposeAsync().ConfigureAwait(false);
        _figures.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
        Log.Stopped(_logger);
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <exception cref="ConfigurationException">A value is not usable.</exception>
    internal static void Check(ControllerOptions options)
    {
        InRange("listenPort", options.ListenPort, 0, 65535);
        InRange("scanInactiveMasterInterval", options.ScanInactiveMasterInterval, 1, int.MaxValue);
        InRange("controllerThreadPoolNums", options.ControllerThreadPoolNums, 1, 1024);
        InRange("controllerRequestThreadPoolQueueCapacity", options.ControllerRequestThreadPoolQueueCapacity, 1, int.MaxValue);
        InRange("maxBrokerSetNum", options.MaxBrokerSetNum, 1, int.MaxValue);
        InRange("maxBrokerNumInSet", options.MaxBrokerNumInSet, 1, 10_000);
        InRange("serverChannelMaxIdleTimeSeconds", options.ServerChannelMaxIdleTimeSeconds, 0, int.MaxValue);
        InRange("serverMaxConnections", options.ServerMaxConnections, 1, int.MaxValue);
        InRange("serverMaxConnectionsPerAddress", options.ServerMaxConnectionsPerAddress, 1, int.MaxValue);
        InRange("serverMaxHandshakes", options.ServerMaxHandshakes, 1, int.MaxValue);
        InRange("serverHandshakeTimeoutMillis", options.ServerHandshakeTimeoutMillis, 1, int.MaxValue);
        InRange("serverMaxIncompleteFrameBytes", options.ServerMaxIncompleteFrameBytes, 1, long.MaxValue);
        InRange("serverMaxUnreadReplyBytes", options.ServerMaxUnreadReplyBytes, 1, long.MaxValue);

        static void InRange(string key, long value, long least, long most)
        {
            if (value < least || value > most)
            {
                throw new ConfigurationException($"{key}={value} is not between {least} and {most}.");
            }
        }
    }

    private static IPEndPoint EndPointOf(ControllerOptions options, Peers peers) => IPAddress.TryParse(options.BindAddress, out var address)
        ? new IPEndPoint(address, peers.SelfPort ?? options.ListenPort)
        : throw new ConfigurationException($"bindAddress={options.BindAddress} is not an IP address; 0.0.0.0 listens on all of them.");
}
