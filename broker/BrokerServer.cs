using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Health;
using RocketMQ.Broker.Metrics;
using RocketMQ.Broker.Metrics.Remoting;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Replication.Shipping;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Statistics;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Entering;
using RocketMQ.Store;

namespace RocketMQ.Broker;

/// <summary>
/// A broker: a store, the features over it, two listeners and the registration with name servers. It makes a plan of its parts and walks it: from the
/// front to start, from the end to stop, and over what the master alone does when its role changes.
/// </summary>
public sealed partial class BrokerServer : IAsyncDisposable
{
    /// <summary>JSON bodies of more bytes are read by a lane: a megabyte takes as long as hundreds of sends.</summary>
    internal const int InlineBodyLimit = 64 * 1024;

    /// <summary>What was configured, and from the start on the address that is announced.</summary>
    private BrokerOptions _options;
    private readonly StoreOptions _storeOptions;
    private readonly BrokerSurroundings _surroundings;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly CurrentRole _role = new();
    private BrokerPlan _plan;

    /// <summary>Held by who starts the broker, changes its role or stops it.</summary>
    private readonly SemaphoreSlim _turn = new(1);
    private readonly RpcMetrics _rpcs = new();
    private Task<IReadOnlyList<string>>? _stopped;
    private bool _hasStarted;

    /// <summary>Its parts stop: a role that changes yet would start some again. A master that stops hands its role over before.</summary>
    private volatile bool _isEnding;
    private RemotingServer? _server;

    /// <summary>Where it listened at first: a broker that begins anew is where it was.</summary>
    private (int Clients, int Slaves)? _ports;
    private BrokerFeatures? _features;

    /// <param name="options">The broker's configuration.</param>
    /// <param name="storeOptions">The store's.</param>
    /// <param name="surroundings">What the process gives it: sockets, a clock, logs, files.</param>
    public BrokerServer(BrokerOptions options, StoreOptions storeOptions, BrokerSurroundings surroundings)
    {
        _options = options;
        _storeOptions = storeOptions;
        _surroundings = surroundings;
        _time = surroundings.Time;
        _loggers = surroundings.Loggers;
        _logger = _loggers.CreateLogger<BrokerServer>();
        _plan = new BrokerPlan(_time, _logger);
        if (options.Replication.EnableControllerMode)
        {
            // Until a controller has said what it is; name servers learn of it then.
            _role.Set(BrokerRole.Slave(1));
        }
        else if (options.Replication.BrokerRole == ConfiguredRole.Slave)
        {
            _role.Set(BrokerRole.Slave(options.BrokerId));
        }
    }

    /// <summary>Where clients connect; the port is known once the broker is started.</summary>
    public IPEndPoint LocalEndPoint => _server?.LocalEndPoint ?? throw NotStarted();

    /// <summary>Where health and figures are asked for; null when they are not served.</summary>
    public IPEndPoint? ProbeEndPoint { get; private set; }

    /// <summary>The address announced to clients, <c>host:port</c>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>What the broker counts, once it is started.</summary>
    public BrokerStatistics Statistics => _features?.Statistics ?? throw NotStarted();

    /// <summary>What it is to its set: the master, unless it was told otherwise.</summary>
    public BrokerRole Role => _role.Role;

    /// <summary>Its parts, for tests that look inside.</summary>
    internal BrokerFeatures Features => _features ?? throw NotStarted();

    /// <exception cref="RemotingBindException">The port is taken.</exception>
    /// <exception cref="StoreLockedException">Another process has the store open.</exception>
    /// <exception cref="CorruptStoreException">The store can't be repaired; file and offset are named.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        var isStarted = false;
        try
        {
            await StartPartsAsync(cancellationToken).ConfigureAwait(false);
            isStarted = true;
        }
        finally
        {
            _turn.Release();
            if (!isStarted)
            {
                await DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Makes a master of a slave, or a slave of a master, while everything else goes on. A slave takes no messages and does nothing by itself: what is
    /// delayed, timed, undecided or not acknowledged stays where it is until it is master again, and goes on from there. What it has is read from
    /// it all the same. Name servers are told when it is done.
    /// </summary>
    /// <returns>The parts that failed to stop, or were late; none of them can write to the log any more.</returns>
    /// <exception cref="InvalidOperationException">The broker does not run, or a controller says what it is.</exception>
    public Task<IReadOnlyList<string>> ChangeRoleAsync(BrokerRole role, CancellationToken cancellationToken = default) =>
        _options.Replication.EnableControllerMode
            ? throw new InvalidOperationException("The controller says who is master (enableControllerMode): ask it for another (mqadmin electMaster).")
            : ChangeRoleAsync(role, static () => { }, cancellationToken);

    /// <param name="role">What it is to be.</param>
    /// <param name="begin">Done before a new master's first append, when nobody else writes to the log any more.</param>
    /// <param name="cancellationToken">Ends the wait for its turn.</param>
    private async Task<IReadOnlyList<string>> ChangeRoleAsync(BrokerRole role, Action begin, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_hasStarted || _isEnding)
            {
                throw NotStarted();
            }

            var was = Role;
            if (was == role)
            {
                return [];
            }

            var failed = role.IsMaster
                ? await TakeOverAsync(was, begin, cancellationToken).ConfigureAwait(false)
                : await StepDownAsync(role).ConfigureAwait(false);
            Log.RoleChanged(_logger, _options.BrokerName, role, was);
            _features!.Topics.Refresh();
            await _features.Registration.WaitToldAsync().ConfigureAwait(false);

            // Behind the count of that change: from here on a slave's tables are its master's, and so are their versions.
            await _plan.StartAsync(role, cancellationToken).ConfigureAwait(false);
            return failed;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stops everything that was started, last first: clients are turned away before the store closes, and it does close.</summary>
    /// <returns>The parts that failed to stop, or were late; the log says why.</returns>
    public Task<IReadOnlyList<string>> StopAsync() => _stopped ??= StopPartsAsync();

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task<IReadOnlyList<string>> StopPartsAsync()
    {
        await HandOverAsync().ConfigureAwait(false);
        _isEnding = true;
        var isItsTurn = await _turn.WaitAsync(BrokerPlan.Patience).ConfigureAwait(false);
        var failed = await _plan.StopAsync().ConfigureAwait(false);
        if (_hasStarted)
        {
            Log.Stopped(_logger, _options.BrokerName);
        }

        if (isItsTurn)
        {
            _turn.Release();
        }

        return failed;
    }

    /// <summary>Requests that write are refused first; what the master does ends, writing down how far it is; then nobody writes.</summary>
    private async Task<IReadOnlyList<string>> StepDownAsync(BrokerRole role)
    {
        var wasMaster = _role.IsMaster;
        _role.Set(role);
        if (!wasMaster)
        {
            return [];
        }

        var failed = await _plan.StopAsync(role).ConfigureAwait(false);
        var store = _features!.Store;
        store.ForbidAppends();
        _role.NoteLogEnd(store);
        return failed;
    }

    /// <summary>What a slave does ends first: nothing of another master's word is taken beside what this one does.</summary>
    private async Task<IReadOnlyList<string>> TakeOverAsync(BrokerRole was, Action begin, CancellationToken cancellationToken)
    {
        var store = _features!.Store;
        var failed = await _plan.StopAsync(BrokerRole.Master).ConfigureAwait(false);
        try
        {
            begin();
            _role.CompareLogEnd(store);
            await store.AllowAppendsAsync().ConfigureAwait(false);
            await _plan.StartAsync(BrokerRole.Master, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await _plan.StopAsync(was).ConfigureAwait(false);
            store.ForbidAppends();
            _role.NoteLogEnd(store);
            await _plan.StartAsync(was, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        _role.Set(BrokerRole.Master);
        return failed;
    }

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        var bind = IPAddress.Parse(_options.BindAddress);
        var remoting = RemotingOptions();
        var server = await BindAsync(new IPEndPoint(bind, _ports?.Clients ?? _options.ListenPort), remoting, cancellationToken).ConfigureAwait(false);
        _server = server;
        var vipServer = _options.ListenPort > 2
            ? await BindAsync(
                new IPEndPoint(bind, _options.ListenPort - 2), remoting, cancellationToken,
                $", two below port {_options.ListenPort}, which clients with vipChannelEnabled come to").ConfigureAwait(false)
            : null;

        var shipping = _plan.Hold("shipping the log to slaves", new LogShipping(
            _options, new IPEndPoint(bind, _ports?.Slaves ?? BrokerPlace.WantedHaPort(_options)), _surroundings.Transport, _time, _loggers.CreateLogger<LogShipping>()));
        await shipping.BindAsync(cancellationToken).ConfigureAwait(false);
        _ports = (server.LocalEndPoint.Port, shipping.EndPoint.Port);

        var probes = _plan.Hold("probes", new BrokerProbes(_options, _surroundings.Probes, _loggers.CreateLogger<BrokerProbes>()));
        probes.Health.Enter("recovering the store");
        probes.Start();

        var place = BrokerPlace.Of(_options, bind, server.LocalEndPoint.Port, shipping.EndPoint.Port);
        _options = _options with { BrokerIP1 = place.Announced.ToString() };
        Address = place.Address;
        var features = _features = await Task.Run(() => Compose(remoting, place, shipping, cancellationToken), cancellationToken).ConfigureAwait(false);
        AddServing(features, probes, server, vipServer);
        await _plan.StartAsync(Role, cancellationToken).ConfigureAwait(false);
        ProbeEndPoint = probes.LocalEndPoint;
        if (!IPAddress.IsLoopback(bind) && !_options.AuthenticationEnabled && !_options.AclEnable)
        {
            Log.OpenToAll(_logger, server.LocalEndPoint);
        }

        _hasStarted = true;
        Log.Started(_logger, _options.BrokerName, _options.BrokerClusterName, Address, _storeOptions.StorePathRootDir);
    }

    private BrokerFeatures Compose(RemotingOptions remoting, BrokerPlace place, LogShipping shipping, CancellationToken cancellationToken)
    {
        var storage = BrokerStorage.Open(_plan, _options, _storeOptions, _surroundings);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Role.IsMaster)
        {
            storage.Store.ForbidAppends();
        }

        var features = new BrokerFeatures(_options, _storeOptions, _surroundings, remoting, _plan, _role, place, shipping, storage, new Member(this));
        if (features.Membership is { Id: { } id })
        {
            _role.Set(BrokerRole.Slave(id));
        }

        return features;
    }

    /// <summary>The last to start and the first to stop: what others see of the broker.</summary>
    private void AddServing(BrokerFeatures features, BrokerProbes probes, RemotingServer server, RemotingServer? vipServer)
    {
        var (all, vip) = features.Requests().Tables();
        Serve(server, all, features.Consumers, features.Producers);
        if (vipServer is not null)
        {
            Serve(vipServer, vip, features.Consumers, features.Producers);
        }

        if (_options.EnableShutdownGracefully)
        {
            // Behind the name servers, who no longer name it, and before either listener closes: the clients of both are asked at the same time.
            RemotingServer[] servers = vipServer is null ? [server] : [server, vipServer];
            _plan.Add(new BrokerPart("asking clients to go", () => new ValueTask(Task.WhenAll(servers.Select(s => s.AskToGoAsync()))))
            {
                Grace = TimeSpan.FromSeconds(_options.ShutdownWaitTimeSeconds),
            });
        }

        _plan.Add(new BrokerPart("leaving the name servers", features.Registration.DisposeAsync)
        {
            Start = cancellationToken => features.Membership is null ? new ValueTask(features.Registration.StartAsync(cancellationToken)) : default,
        });
        var catalog = features.Figures(vipServer is null ? [server] : [server, vipServer], _rpcs);
        var export = new MetricExport(_options, catalog, _surroundings.Exporter, _time, _loggers.CreateLogger<MetricExport>());
        _plan.Add(new BrokerPart("export of figures", export.DisposeAsync)
        {
            Start = async _ =>
            {
                probes.Show(catalog);
                await probes.WaitStartedAsync().ConfigureAwait(false);
                export.Start();
            },
        });
        if (features.Membership is { } membership)
        {
            // Behind all that it starts and stops.
            _plan.Add(new BrokerPart("membership of the set", membership.StopAsync)
            {
                Start = _ =>
                {
                    membership.Start();
                    return default;
                },
            });
        }

        _plan.Add(new BrokerPart("health", () =>
        {
            probes.Health.Enter("stopping");
            return default;
        })
        {
            Start = _ =>
            {
                probes.Health.Serve(features.HealthChecks(), () => features.Store.WriteStatus == AppendStatus.NotWritable);
                return default;
            },
        });
    }

    /// <param name="endPoint">Where to listen.</param>
    /// <param name="options">Of the connections.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="because">Why to listen there, where nobody named that port.</param>
    private async Task<RemotingServer> BindAsync(IPEndPoint endPoint, RemotingOptions options, CancellationToken cancellationToken, string because = "")
    {
        var server = _plan.Hold("connections of clients", new RemotingServer(endPoint, options, _time, _loggers));
        try
        {
            await server.BindAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RemotingBindException e) when (because.Length > 0)
        {
            throw new RemotingBindException(endPoint, e.InnerException!, because);
        }

        return server;
    }

    /// <summary>Clients are turned away first at stop: what serves them is still there until then.</summary>
    private void Serve(RemotingServer server, RequestTable table, ConsumerTable consumers, ProducerTable producers)
    {
        server.ConnectionClosed += connection => consumers.Remove(new RemotingLink(connection));
        server.ConnectionClosed += connection => producers.Remove(new RemotingLink(connection));
        _plan.Add(new BrokerPart("turning clients away", () => new ValueTask(server.StopAsync()))
        {
            Start = _ =>
            {
                server.Serve(table);
                return default;
            },
        });
    }

    private RemotingOptions RemotingOptions() => new()
    {
        Transport = _surroundings.Transport,
        MaxConnections = _options.ServerMaxConnections,
        MaxConnectionsPerAddress = _options.ServerMaxConnectionsPerAddress,
        MaxIncompleteFrameBytes = _options.ServerMaxIncompleteFrameBytes,
        MaxUnreadReplyBytes = _options.ServerMaxUnreadReplyBytes,
        IdleTimeout = TimeSpan.FromSeconds(_options.ServerChannelMaxIdleTimeSeconds),
        GoAwayTime = _options.EnableShutdownGracefully ? TimeSpan.FromSeconds(_options.ShutdownWaitTimeSeconds) : default,
        Tls = _options.Tls,
        MaxHandshakes = _options.ServerMaxHandshakes,
        HandshakeTimeout = TimeSpan.FromMilliseconds(_options.ServerHandshakeTimeoutMillis),
        TrustedProxies = AddressList.Parse("proxyProtocolTrustedAddresses", _options.ProxyProtocolTrustedAddresses),
        ReplyObserver = _options.MetricsExporterType == MetricsExporterType.Disable ? null : _rpcs,
    };

    private static InvalidOperationException NotStarted() => new("The broker is not started.");
}
