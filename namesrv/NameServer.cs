using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.NameServer.Configuration;
using RocketMQ.NameServer.Kv;
using RocketMQ.NameServer.Registration;
using RocketMQ.NameServer.Routes;
using RocketMQ.NameServer.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Entering;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.NameServer;

/// <summary>A name server: brokers register with it, clients ask it where topics are. It keeps no state but its key-value configuration.</summary>
public sealed class NameServer : IAsyncDisposable
{
    /// <summary>Bytes of registrations and other changes that may wait: some dozens of brokers with ten thousand topics each, at once.</summary>
    private const long MaxWaitingChangeBytes = 128 * 1024 * 1024;

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LiveOptions _options;
    private readonly KvConfigTable _configs;
    private readonly RouteTable _routes;
    private readonly RemotingServer _server;
    private readonly RemotingClient _client;
    private readonly SmallestIdNotifier _notifier;
    private readonly Lane _changes;
    private readonly Lane _admin;
    private ITimer? _expiry;
    private int _stopped;

    /// <param name="options">The name server's configuration.</param>
    /// <param name="time">The clock everything goes by.</param>
    /// <param name="loggers">Where all parts log.</param>
    /// <param name="transport">What clients come over, and brokers are reached by.</param>
    /// <exception cref="ConfigurationException"><c>bindAddress</c> or a number is not usable.</exception>
    public NameServer(NameServerOptions options, TimeProvider time, ILoggerFactory loggers, IConnectionTransport transport)
    {
        Check(options);
        _time = time;
        _logger = loggers.CreateLogger<NameServer>();
        _options = new LiveOptions(options);
        _configs = new KvConfigTable(options.KvConfigPath, _options);
        _routes = new RouteTable(_options, time, loggers.CreateLogger<RouteTable>());
        _options.Changed += _routes.ForgetRoutes;

        _changes = new Lane("registration", options.DefaultThreadPoolQueueCapacity, workers: 1, MaxWaitingChangeBytes);
        _admin = new Lane("admin", options.DefaultThreadPoolQueueCapacity, workers: 1);
        var remoting = new RemotingOptions
        {
            Transport = transport,
            IdleTimeout = TimeSpan.FromSeconds(options.ServerChannelMaxIdleTimeSeconds),
            GoAwayTime = options.EnableShutdownGracefully ? TimeSpan.FromSeconds(options.ShutdownWaitTimeSeconds) : default,
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
        _notifier = new SmallestIdNotifier(_client, _options, loggers.CreateLogger<SmallestIdNotifier>());
        _routes.SmallestIdChanged += _notifier.Notify;
        _server = new RemotingServer(EndPointOf(options), Requests(loggers), remoting, time, loggers);
        _server.ConnectionClosed += _routes.RemoveConnection;
    }

    /// <summary>Where it listens; the port is known once it is started.</summary>
    public IPEndPoint LocalEndPoint => _server.LocalEndPoint;

    /// <exception cref="RemotingBindException">The port is taken, or the address is not this machine's.</exception>
    /// <exception cref="ConfigurationException">The key-value file is damaged.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _configs.Load();
        await _server.StartAsync(cancellationToken).ConfigureAwait(false);
        var interval = TimeSpan.FromMilliseconds(_options.Current.ScanNotActiveBrokerInterval);
        _expiry = _time.CreateTimer(_ => _routes.RemoveSilent(), null, interval, interval);
        Log.Started(_logger, LocalEndPoint);
        if (!IPAddress.IsLoopback(LocalEndPoint.Address))
        {
            Log.OpenToAll(_logger, LocalEndPoint);
        }
    }

    /// <summary>Serves what is being served, then closes every connection.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        if (_expiry is not null)
        {
            await _expiry.DisposeAsync().ConfigureAwait(false);
        }

        // Every broker's connection ends now; nobody is to be told of that.
        _server.ConnectionClosed -= _routes.RemoveConnection;
        await _server.DisposeAsync().ConfigureAwait(false);
        await _changes.DisposeAsync().ConfigureAwait(false);
        await _admin.DisposeAsync().ConfigureAwait(false);
        await _notifier.StopAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
        Log.Stopped(_logger);
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private static void Check(NameServerOptions options)
    {
        InRange("listenPort", options.ListenPort, 0, 65535);
        InRange("scanNotActiveBrokerInterval", options.ScanNotActiveBrokerInterval, 1, int.MaxValue);
        InRange("defaultThreadPoolQueueCapacity", options.DefaultThreadPoolQueueCapacity, 1, int.MaxValue);
        InRange("serverChannelMaxIdleTimeSeconds", options.ServerChannelMaxIdleTimeSeconds, 0, int.MaxValue);
        InRange("shutdownWaitTimeSeconds", options.ShutdownWaitTimeSeconds, 0, 3600);
        InRange("serverMaxConnections", options.ServerMaxConnections, 1, int.MaxValue);
        InRange("serverMaxConnectionsPerAddress", options.ServerMaxConnectionsPerAddress, 1, int.MaxValue);
        InRange("serverMaxHandshakes", options.ServerMaxHandshakes, 1, int.MaxValue);
        InRange("serverHandshakeTimeoutMillis", options.ServerHandshakeTimeoutMillis, 1, int.MaxValue);
        InRange("serverMaxIncompleteFrameBytes", options.ServerMaxIncompleteFrameBytes, 1, long.MaxValue);
        InRange("serverMaxUnreadReplyBytes", options.ServerMaxUnreadReplyBytes, 1, long.MaxValue);
        InRange("maxBrokerNum", options.MaxBrokerNum, 1, int.MaxValue);
        InRange("maxTopicNum", options.MaxTopicNum, 1, int.MaxValue);
        InRange("maxKvConfigNum", options.MaxKvConfigNum, 1, int.MaxValue);
        InRange("maxKvConfigSize", options.MaxKvConfigSize, 1, int.MaxValue);

        static void InRange(string key, long value, long least, long most)
        {
            if (value < least || value > most)
            {
                throw new ConfigurationException($"{key}={value} is not between {least} and {most}.");
            }
        }
    }

    private static IPEndPoint EndPointOf(NameServerOptions options) => IPAddress.TryParse(options.BindAddress, out var address)
        ? new IPEndPoint(address, options.ListenPort)
        : throw new ConfigurationException($"bindAddress={options.BindAddress} is not an IP address; 0.0.0.0 listens on all of them.");

    /// <summary>Routes are answered where they are read; changes wait their turn; lists and files have a queue of their own.</summary>
    private RequestTable Requests(ILoggerFactory loggers)
    {
        var table = new RequestTable.Builder()
            .Add(RequestCode.GetRouteinfoByTopic, new RouteHandler(_routes, _configs, _options, _time));
        new RegistrationHandlers(_routes, _configs, _options, loggers.CreateLogger<RegistrationHandlers>()).AddTo(table, _changes);
        new TopicChangeHandlers(_routes, loggers.CreateLogger<TopicChangeHandlers>()).AddTo(table, _changes);
        new WritePermissionHandlers(_routes, loggers.CreateLogger<WritePermissionHandlers>()).AddTo(table, _changes);
        new ClusterHandlers(_routes).AddTo(table, _admin);
        new TopicListHandlers(_routes, _options).AddTo(table, _admin);
        new KvConfigHandlers(_configs).AddTo(table, _admin);
        new ConfigHandlers(_options, loggers.CreateLogger<ConfigHandlers>()).AddTo(table, _admin);
        return table.Build();
    }
}
