using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Auth;
using RocketMQ.Broker.Auth.Remoting;
using RocketMQ.Broker.Cleaning;
using RocketMQ.Broker.Cleaning.Remoting;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Configuration.Remoting;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Consumers.Remoting;
using RocketMQ.Broker.Delaying;
using RocketMQ.Broker.Delaying.Remoting;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Filtering.Remoting;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Groups.Remoting;
using RocketMQ.Broker.Health;
using RocketMQ.Broker.Metrics;
using RocketMQ.Broker.Metrics.Remoting;
using RocketMQ.Broker.NotEnabled;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Offsets.Remoting;
using RocketMQ.Broker.Ordering;
using RocketMQ.Broker.Ordering.Remoting;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Popping;
using RocketMQ.Broker.Popping.Remoting;
using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Pulling.Remoting;
using RocketMQ.Broker.Queries;
using RocketMQ.Broker.Queries.Remoting;
using RocketMQ.Broker.Registration;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Replying;
using RocketMQ.Broker.Replying.Remoting;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Sending.Remoting;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Statistics.Remoting;
using RocketMQ.Broker.Timing;
using RocketMQ.Broker.Timing.Remoting;
using RocketMQ.Broker.Topics;
using RocketMQ.Broker.Topics.Remoting;
using RocketMQ.Broker.Transactions;
using RocketMQ.Broker.Transactions.Remoting;
using RocketMQ.Broker.Waking;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Entering;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store;
using RocketMQ.Store.Files;
using RocketMQ.Store.Timing;
using RocketMQ.Transport.DotNetty;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.Broker;

/// <summary>
/// A broker: a store, the features over it, two listeners and the registration with name servers. It only wires: start is top to
/// bottom, stop the reverse.
/// </summary>
public sealed class BrokerServer : IAsyncDisposable
{
    private static readonly TimeSpan ClientSweep = TimeSpan.FromSeconds(10);

    /// <summary>A kill takes back what was committed within it.</summary>
    private const int OffsetPeriodMs = 1000;

    /// <summary>JSON bodies of more bytes are read by a lane: a megabyte takes as long as hundreds of sends.</summary>
    internal const int InlineBodyLimit = 64 * 1024;

    /// <summary>What was configured, and from the start on the address that is announced.</summary>
    private BrokerOptions _options;
    private readonly StoreOptions _storeOptions;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly IStoreFileSystem _files;
    private readonly IConnectionTransport _transport;
    private readonly ILogger _logger;

    /// <summary>What was started, in order; stop takes it from the end.</summary>
    private readonly StopSteps _stop;
    private readonly List<PeriodicWork> _periodic = [];
    private readonly RpcMetrics _rpcs = new();
    private Task<IReadOnlyList<string>>? _stopped;
    private bool _hasStarted;
    private RemotingServer? _server;
    private BrokerStatistics? _statistics;

    /// <param name="options">The broker's configuration.</param>
    /// <param name="storeOptions">The store's.</param>
    /// <param name="time">The clock everything goes by.</param>
    /// <param name="loggers">Where all parts log.</param>
    /// <param name="files">What store and configuration take for the file system; null for the machine's.</param>
    /// <param name="transport">What clients come over, and name servers are reached by; null for that of the configuration.</param>
    public BrokerServer(
        BrokerOptions options, StoreOptions storeOptions, TimeProvider time, ILoggerFactory loggers, IStoreFileSystem? files = null, IConnectionTransport? transport = null)
    {
        _options = options;
        _storeOptions = storeOptions;
        _time = time;
        _loggers = loggers;
        _files = files ?? PhysicalFileSystem.Instance;
        _transport = transport ?? TransportOf(options.TransportType, loggers);
        _logger = loggers.CreateLogger<BrokerServer>();
        _stop = new StopSteps(time, _logger);
    }

    /// <summary>Where clients connect; the port is known once the broker is started.</summary>
    public IPEndPoint LocalEndPoint => _server?.LocalEndPoint ?? throw new InvalidOperationException("The broker is not started.");

    /// <summary>Where health and figures are asked for; null when they are not served.</summary>
    public IPEndPoint? ProbeEndPoint { get; private set; }

    /// <summary>The address announced to clients, <c>host:port</c>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>What the broker counts, once it is started.</summary>
    public BrokerStatistics Statistics => _statistics ?? throw new InvalidOperationException("The broker is not started.");

    /// <exception cref="RemotingBindException">The port is taken.</exception>
    /// <exception cref="StoreLockedException">Another process has the store open.</exception>
    /// <exception cref="CorruptStoreException">The store can't be repaired; file and offset are named.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await StartPartsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops everything that was started, last first: clients are turned away before the store closes, and it does close.</summary>
    /// <returns>The parts that failed to stop, or were late; the log says why.</returns>
    public Task<IReadOnlyList<string>> StopAsync() => _stopped ??= StopPartsAsync();

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task<IReadOnlyList<string>> StopPartsAsync()
    {
        var failed = await _stop.RunAsync().ConfigureAwait(false);
        if (_hasStarted)
        {
            Log.Stopped(_logger, _options.BrokerName);
        }

        return failed;
    }

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        var bind = IPAddress.Parse(_options.BindAddress);
        var remoting = RemotingOptions();
        var server = await BindAsync(new IPEndPoint(bind, _options.ListenPort), remoting, cancellationToken).ConfigureAwait(false);
        _server = server;
        var fastServer = _options.ListenPort > 2
            ? await BindAsync(
                new IPEndPoint(bind, _options.ListenPort - 2), remoting, cancellationToken,
                $", two below port {_options.ListenPort}, which clients with vipChannelEnabled come to").ConfigureAwait(false)
            : null;

        var probes = Started("probes", new BrokerProbes(_options, _loggers));
        probes.Health.Enter("recovering the store");
        probes.Start();

        var announced = AnnouncedAddress(_options.BrokerIP1, bind);
        _options = _options with { BrokerIP1 = announced.ToString() };
        var port = server.LocalEndPoint.Port;
        Address = RemotingAddress.Format(announced, port);
        var storeHost = MessageHost.From(new IPEndPoint(announced, port));

        var (store, config, topics) = await Task.Run(OpenStore, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var statistics = _statistics = Started("statistics", new BrokerStatistics(_time, _options.MaxStatisticsNum));
        store.AddDispatcher(statistics);
        await Task.Run(() => topics.DeletedBeforeStart.ToList().ForEach(store.DeleteTopic), cancellationToken).ConfigureAwait(false);
        var groups = new SubscriptionGroups(_options, config.Journalled("subscriptionGroup.json"), _time, _loggers.CreateLogger<SubscriptionGroups>())
        {
            HasLightGroups = _storeOptions.EnableLmq,
        };
        topics.Changed += (topic, config) =>
        {
            if (config is null)
            {
                statistics.RemoveTopic(topic);
            }
        };
        var offsets = new ConsumerOffsets(
            config.Journalled("consumerOffset.json"), _storeOptions.EnableLmq ? config.Journalled("lmqConsumerOffset.json") : null,
            async () => await store.WaitFlushedAsync(store.MaxPhysicalOffset).ConfigureAwait(false) == FlushResult.Ok,
            topic => topics.TryGet(topic, out _),
            TimeSpan.FromMilliseconds(_options.FlushConsumerOffsetInterval));
        offsets.RemoveTopics(topics.DeletedBeforeStart);
        _stop.Add("journalling of offsets", async () => await offsets.HandOverAsync().ConfigureAwait(false));
        // Stopped among the last: while others take their time to stop, consumers still commit.
        StartPeriodic(
            "journalling of changed offsets", TimeSpan.FromMilliseconds(Math.Min(_options.FlushConsumerOffsetInterval, OffsetPeriodMs)), offsets.PersistAsync);
        var consumers = new ConsumerTable(_options, groups, _time, _loggers.CreateLogger<ConsumerTable>());
        var filters = new ConsumerFilterRegistry(
            config.File("consumerFilter.json"), new BloomFilter(_options.MaxErrorRateOfBloomFilter, _options.ExpectConsumerNumUseFilter), _time,
            _loggers.CreateLogger<ConsumerFilterRegistry>(), _options.FilterDataCleanTimeSpan, _options.MaxFilterNum);
        filters.Load();
        consumers.GroupChanged += group => RegisterFilters(filters, group);
        var producers = new ProducerTable(_options, _time);
        var locks = new QueueLocks(_time, capacity: () => _options.MaxQueueLockNum);

        var delays = DelayLevels.Parse(_storeOptions.MessageDelayLevel);
        var timers = _storeOptions.TimerWheelEnable
            ? await Task.Run(() => TimerStore.Open(store, _time, _files), cancellationToken).ConfigureAwait(false)
            : null;
        if (timers is not null)
        {
            _stop.Add("the timer wheel", () =>
            {
                timers.Dispose();
                return default;
            });
        }

        var publisher = new MessagePublisher(store, topics, [new TimerRedirect(_storeOptions, timers, _time), new DelayRedirect(delays)]);
        var ids = new UniqueMessageIdSource(_time, announced, Environment.ProcessId);
        var openTransactions = new OpenTransactions(config.File("transactionMetrics"), _time);
        var sendGuard = new SendGuard(_options, topics, _time);
        var sends = new Sends(
            _options, sendGuard, new RetrySends(groups, topics, locks), [new HalfMessages(_options, openTransactions)], publisher, store, storeHost,
            new BrokerStamp(_options), ids, statistics);
        var send = new SendMessageHandler(_options, sends);
        var reply = new ReplyMessageHandler(
            _options, new Replies(_options, sendGuard, producers, publisher, storeHost, _time, _loggers.CreateLogger<Replies>()), storeHost);
        var wakes = Started("waking", new WakeStage(_loggers.CreateLogger<WakeStage>()));
        var pulled = new PulledSubscriptions(_options, _time);
        var coldReads = Started("lane of pulls", new Lane("pull", _options.PullThreadPoolQueueCapacity, 4, _options.ServerMaxWaitingRequestBytes));
        var pulls = new Pulls(
            _options, new PullGuard(_options, topics, groups, consumers, new MessageFilterCache(maxExpressionSize: () => _options.MaxFilterExpressionSize), pulled),
            store, offsets, topics, statistics, wakes, _time);
        _stop.Add("parked pulls", pulls.DisposeAsync);
        var pull = new PullMessageHandler(pulls, coldReads);

        var pops = Started("popping", new PopConsumption(
            _options, store, publisher, topics, groups, offsets, storeHost, config.Journalled("consumerOrderInfo.json"),
            new TimerArrivals(store, timers, _time), statistics, wakes, _time, _loggers.CreateLogger<PopConsumption>()));

        StartPeriodic("filter persistence", ClientSweep, () =>
        {
            filters.Persist();
            return default;
        });
        var schedule = Started("delayed delivery", new DelayedDelivery(
            delays, store, publisher, storeHost, config.Journalled("delayOffset.json"), _time, _loggers.CreateLogger<DelayedDelivery>()));
        var timerMetrics = timers is null ? null : new TimerMetrics(config.File("timermetrics"), _time);
        if (timers is not null && timerMetrics is not null)
        {
            await Task.Run(() => timerMetrics.Recount(timers, topics.All.Keys), cancellationToken).ConfigureAwait(false);
        }

        var timing = timers is null || timerMetrics is null ? null : Started("timer delivery", new TimerDelivery(
            store, publisher, timers, timerMetrics, storeHost, _time, _loggers.CreateLogger<TimerDelivery>()));
        store.Start();
        schedule.Start();
        var (ledger, checks) = await StartTransactionsAsync(store, publisher, storeHost, offsets, topics, producers, openTransactions).ConfigureAwait(false);
        var transactions = new TransactionFigures();
        timing?.Start();
        pops.Start();
        StartPeriodic("client sweep", ClientSweep, () =>
        {
            consumers.Sweep();
            pulled.Sweep();
            producers.Sweep();
            locks.Sweep();
            return default;
        });

        var admin = Started("lane of administration", new Lane("admin", _options.AdminBrokerThreadPoolQueueCapacity, 2, _options.ServerMaxWaitingRequestBytes));
        var query = Started("lane of queries", new Lane("query", _options.QueryThreadPoolQueueCapacity, 2, _options.ServerMaxWaitingRequestBytes));
        var lookUps = new LookUps(new QueueLookUps(store, topics, offsets), query);
        var client = Started("connections to name servers", new RemotingClient(RequestTable.Empty, RemotingOptions() with { Credentials = AccessControl.OwnCredentials(_options) }, _time, _loggers));
        var access = new AccessControl(_options, config.Journalled("users.json", isPrivate: true), config.Journalled("acls.json", isPrivate: true), _loggers);
        var requestModes = new MessageRequestModes(_options, config.Journalled("messageRequestMode.json"));
        // Of the topics that were deleted before the start nothing may be left when the journal forgets them.
        await offsets.HandOverAsync().ConfigureAwait(false);
        config.Start();
        var topicAdministration = new TopicAdministration(_options, topics, offsets, store, timerMetrics, statistics);
        var groupAdministration = new GroupAdministration(groups, offsets, statistics);
        var offsetAdministration = new OffsetAdministration(_options, offsets, consumers, topics, groups, store, statistics, pulled, Address, _time);
        var configuration = new LiveConfiguration(_options, _storeOptions, _time);
        var records = new StoredRecords(store);
        var queries = new MessageQueries(store, records);
        var heartbeats = new Heartbeats(_options, consumers, producers, groups, topics);
        var accessRequests = new AccessRequests(_options, access);
        var clientAdministration = new ClientAdministration(_options, consumers, producers, topics, groups, records, access.Authorizer, accessRequests.Callers);
        var statisticsAdministration = new StatisticsAdministration(
            _options, statistics, new RuntimeInfo(_options, statistics, store, schedule, timing?.Figures, query), groups, offsets, consumers, topics,
            store, Address);
        var haAddress = HaAddress(bind, port);
        var notEnabled = new NotEnabledRequests(topics, Address, haAddress, store.MaxPhysicalOffset);
        RequestTable.Builder Administration(RequestTable.Builder table)
        {
            notEnabled.AddTo(table);
            topicAdministration.AddTo(table, admin);
            groupAdministration.AddTo(table, admin);
            offsetAdministration.AddTo(table, admin);
            statisticsAdministration.AddTo(table, admin);
            accessRequests.AddTo(table, admin);
            return clientAdministration.AddTo(table, admin);
        }

        RequestTable.Builder Common() => Administration(PopRequests.AddTo(new RequestTable.Builder(), pops, coldReads))
            .Add(RequestCode.SendMessage, send)
            .Add(RequestCode.SendMessageV2, send)
            .Add(RequestCode.SendBatchMessage, send)
            .Add(RequestCode.ConsumerSendMsgBack, new SendBackHandler(
                new SendBacks(_options, groups, topics, publisher, records, access.Authorizer, storeHost, statistics), accessRequests.Callers), query)
            .Add(RequestCode.SendReplyMessage, reply)
            .Add(RequestCode.SendReplyMessageV2, reply)
            .Add(RequestCode.EndTransaction, new EndTransactionHandler(
                new TransactionEnds(
                    _options, store, storeHost, publisher, ledger, openTransactions, transactions, records, access.Authorizer, _time,
                    _loggers.CreateLogger<TransactionEnds>()),
                accessRequests.Callers, coldReads))
            .Add(RequestCode.ResumeCheckHalfMessage, new ResumeCheckHandler(new ResumedChecks(checks, records, access.Authorizer), accessRequests.Callers), query)
            .Add(RequestCode.QueryConsumerOffset, new QueryOffsetHandler(lookUps))
            .Add(RequestCode.UpdateConsumerOffset, new CommitOffsetHandler(new OffsetCommits(_options, offsets, groups, topics)))
            .Add(RequestCode.GetMaxOffset, new MaxOffsetHandler(lookUps))
            .Add(RequestCode.GetMinOffset, new MinOffsetHandler(lookUps))
            .Add(RequestCode.SearchOffsetByTimestamp, new SearchOffsetHandler(lookUps.Queues), query)
            .Add(RequestCode.GetEarliestMsgStoretime, new EarliestStoreTimeHandler(lookUps.Queues), query)
            .Add(RequestCode.ViewMessageById, new ViewMessageHandler(queries), query)
            .Add(RequestCode.QueryMessage, new QueryMessageHandler(queries), query)
            .Add(RequestCode.QueryConsumeQueue, new ConsumeQueueHandler(_options, topics, consumers, pulled, filters, store), query)
            .Add(RequestCode.HeartBeat, new HeartbeatHandler(_options, heartbeats), query, InlineBodyLimit)
            .Add(RequestCode.UnregisterClient, new UnregisterClientHandler(heartbeats), query, InlineBodyLimit)
            .Add(RequestCode.GetConsumerListByGroup, new ConsumerListHandler(consumers))
            .Add(RequestCode.CheckClientConfig, new CheckClientConfigHandler(_options), query, InlineBodyLimit)
            .Add(RequestCode.LockBatchMq, new LockHandler(_options, locks), query, InlineBodyLimit)
            .Add(RequestCode.UnlockBatchMq, new UnlockHandler(locks), query, InlineBodyLimit)
            .Add(RequestCode.GetQueueLockHolder, new LockHolderHandler(_options, locks))
            .Add(RequestCode.RecallMessage, new RecallMessageHandler(
                _options, new Recalls(_options, _storeOptions, topics, publisher, storeHost, _time)))
            .Add(RequestCode.GetTimerCheckPoint, new TimerCheckpointHandler(timers))
            .Add(RequestCode.GetTimerMetrics, new TimerMetricsHandler(timerMetrics), admin)
            .Add(RequestCode.QueryAssignment, new QueryAssignmentHandler(_options, requestModes, consumers, new TopicRoutes(_options, topics, client, _time)), query, InlineBodyLimit)
            .Add(RequestCode.SetMessageRequestMode, new SetMessageRequestModeHandler(requestModes, topics, groups), admin)
            .Add(RequestCode.GetAllMessageRequestMode, new AllMessageRequestModesHandler(requestModes), admin)
            .Add(RequestCode.CleanExpiredConsumequeue, new CleanQueuesHandler(store), admin)
            .Add(RequestCode.DeleteExpiredCommitlog, new DeleteLogFilesHandler(store), admin)
            .Add(RequestCode.GetBrokerConfig, new BrokerConfigHandler(configuration), admin)
            .Add(RequestCode.UpdateBrokerConfig, new UpdateBrokerConfigHandler(configuration, topics, _logger), admin)
            .Add(RequestCode.GetAllDelayOffset, new DelayOffsetsHandler(schedule), admin);

        Serve(server, accessRequests.Guard(Common().Add(RequestCode.PullMessage, pull).Add(RequestCode.LitePullMessage, pull)).Build(), consumers, producers);
        if (fastServer is not null)
        {
            Serve(fastServer, accessRequests.Guard(Common()).Build(), consumers, producers);
        }

        var registration = await RegisterAsync(topics, client, haAddress, cancellationToken).ConfigureAwait(false);
        RemotingServer[] servers = fastServer is null ? [server] : [server, fastServer];
        var figures = new List<IMetricSource>
        {
            new BrokerMetrics(_options, topics, groups, servers, [("pull", () => pulls.ParkedCount), ("query_message", () => query.Count), ("admin", () => admin.Count)]),
            new StoreMetrics(store, _time),
            new TrafficMetrics(statistics, topics),
            new ConnectionMetrics(producers, consumers),
            new ConsumerMetrics(store, topics, offsets, consumers, _time),
            new TransactionMetrics(transactions, openTransactions),
            new PopMetrics(_options, store, offsets, () => pops.PendingCheckPoints, _time),
            _rpcs,
        };
        if (timers is not null && timing is not null && timerMetrics is not null)
        {
            figures.Add(new TimerMetricSource(timers, timing.Figures, timerMetrics, _time));
        }

        var catalog = new MetricCatalog(_options, figures, _time);
        probes.Show(catalog);
        await probes.WaitStartedAsync().ConfigureAwait(false);
        ProbeEndPoint = probes.LocalEndPoint;
        Started("export of figures", new MetricExport(_options, catalog, _time, _loggers.CreateLogger<MetricExport>())).Start();
        probes.Health.Serve(
            [new StoreCheck(store, _time), new RegistrationCheck(registration), new TaskCheck(_periodic), new SavingCheck(config), new DelayCheck(schedule, timing?.Figures)],
            () => store.WriteStatus == AppendStatus.NotWritable);
        _stop.Add("health", () =>
        {
            probes.Health.Enter("stopping");
            return default;
        });
        if (!IPAddress.IsLoopback(bind) && !_options.AuthenticationEnabled && !_options.AclEnable)
        {
            Log.OpenToAll(_logger, server.LocalEndPoint);
        }

        _hasStarted = true;
        Log.Started(_logger, _options.BrokerName, _options.BrokerClusterName, Address, _storeOptions.StorePathRootDir);
    }

    /// <summary>Opens the store. How a topic's queues are kept stands with the topics: they are read once the directory is locked, and before the queues are.</summary>
    private (MessageStore Store, ConfigFolder Config, TopicTable Topics) OpenStore()
    {
        ConfigFolder? config = null;
        TopicTable? topics = null;
        try
        {
            var store = MessageStore.Open(_storeOptions, _files, _time, _loggers, () =>
            {
                config = ConfigFolder.Open(Path.Combine(_storeOptions.StorePathRootDir, "config"), _files, _time, _loggers);
                topics = new TopicTable(_options, config.Journalled("topics.json"), _time, _loggers.CreateLogger<TopicTable>()) { HasLightQueues = _storeOptions.EnableLmq };
                return topics.QueueTypeOf;
            });
            _stop.Add("the store", store.DisposeAsync, isWaitedFor: true);
            return (store, config!, topics!);
        }
        finally
        {
            // Stopped before the store; also where that could not be opened.
            if (config is not null)
            {
                _stop.Add("saving of topics, groups, offsets and other tables", config.DisposeAsync, isWaitedFor: true);
            }
        }
    }

    private async Task<(TransactionLedger Ledger, TransactionChecks Checks)> StartTransactionsAsync(
        MessageStore store, MessagePublisher publisher, MessageHost storeHost, ConsumerOffsets offsets, TopicTable topics, ProducerTable producers,
        OpenTransactions open)
    {
        var ledger = new TransactionLedger(_options, store, publisher, storeHost, _time);
        var checks = new TransactionChecks(
            _options, store, publisher, storeHost, offsets, topics, ledger,
            new ProducerChecks(_options, producers, storeHost, _loggers.CreateLogger<ProducerChecks>()), open, _time,
            _loggers.CreateLogger<TransactionChecks>());
        checks.Begin(await Task.Run(new TransactionRecovery(store, offsets, ledger, open).Run).ConfigureAwait(false));
        StartPeriodic("operation records", TimeSpan.FromMilliseconds(_options.TransactionOpBatchInterval), () =>
        {
            ledger.Flush();
            return default;
        });
        StartPeriodic(
            "transaction checks", TimeSpan.FromMilliseconds(_options.TransactionCheckInterval), checks.RunRoundAsync, onceMoreAtStop: false);
        StartPeriodic("transaction metrics", TimeSpan.FromMilliseconds(_options.TransactionMetricFlushInterval), () =>
        {
            open.Save();
            return default;
        });
        return (ledger, checks);
    }

    private async Task<NameServerRegistration> RegisterAsync(TopicTable topics, RemotingClient client, string haAddress, CancellationToken cancellationToken)
    {
        var registration = Started("leaving the name servers", new NameServerRegistration(
            _options, topics, client, Address, haAddress, _time, _loggers.CreateLogger<NameServerRegistration>()));
        topics.WaitTold = registration.WaitToldAsync;
        await registration.StartAsync(cancellationToken).ConfigureAwait(false);
        return registration;
    }

    private string HaAddress(IPAddress bind, int port) => RemotingAddress.Format(
        AnnouncedAddress(_options.BrokerIP2.Length > 0 ? _options.BrokerIP2 : _options.BrokerIP1, bind),
        _options.HaListenPort > 0 ? _options.HaListenPort : port + 1);

    /// <param name="endPoint">Where to listen.</param>
    /// <param name="options">Of the connections.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="because">Why to listen there, where nobody named that port.</param>
    private async Task<RemotingServer> BindAsync(IPEndPoint endPoint, RemotingOptions options, CancellationToken cancellationToken, string because = "")
    {
        var server = Started("connections of clients", new RemotingServer(endPoint, options, _time, _loggers));
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
        server.Serve(table);
        _stop.Add("turning clients away", () => new ValueTask(server.StopAsync()));
    }

    private static void RegisterFilters(ConsumerFilterRegistry filters, ConsumerGroup group)
    {
        if (group.IsEmpty)
        {
            filters.Unregister(group.Name);
        }
        else
        {
            filters.Register(
                group.Name,
                [.. group.Subscriptions.Values.Select(s => new FilterSubscription(s.Topic, s.ExpressionType, s.SubString, s.SubVersion))]);
        }
    }

    private RemotingOptions RemotingOptions() => new()
    {
        Transport = _transport,
        MaxConnections = _options.ServerMaxConnections,
        MaxConnectionsPerAddress = _options.ServerMaxConnectionsPerAddress,
        MaxIncompleteFrameBytes = _options.ServerMaxIncompleteFrameBytes,
        MaxUnreadReplyBytes = _options.ServerMaxUnreadReplyBytes,
        IdleTimeout = TimeSpan.FromSeconds(_options.ServerChannelMaxIdleTimeSeconds),
        Tls = _options.Tls,
        MaxHandshakes = _options.ServerMaxHandshakes,
        HandshakeTimeout = TimeSpan.FromMilliseconds(_options.ServerHandshakeTimeoutMillis),
        TrustedProxies = TrustedProxies.Parse(_options.ProxyProtocolTrustedAddresses),
        ReplyObserver = _options.MetricsExporterType == MetricsExporterType.Disable ? null : _rpcs,
    };

    private static IConnectionTransport TransportOf(TransportType type, ILoggerFactory loggers) => type switch
    {
        TransportType.Dotnetty => DotNetty(),
        _ => new KestrelTransport(loggers),
    };

    /// <summary>Apart, so that its libraries are loaded where it is asked for and nowhere else.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static DotNettyTransport DotNetty() => new();

    private static IPAddress AnnouncedAddress(string configured, IPAddress bind) =>
        configured.Length > 0 ? RemotingAddress.Resolve(configured)
        : bind.Equals(IPAddress.Any) || bind.Equals(IPAddress.IPv6Any) ? RemotingAddress.LocalAddress()
        : bind;

    /// <summary>Runs work every period until stop, and once more at stop unless told otherwise.</summary>
    private void StartPeriodic(string name, TimeSpan period, Func<ValueTask> work, bool onceMoreAtStop = true)
    {
        var task = new PeriodicWork(name, period, work, _time, _logger, onceMoreAtStop);
        _periodic.Add(task);
        _stop.Add(name, task.DisposeAsync);
    }

    private T Started<T>(string name, T part)
        where T : IAsyncDisposable
    {
        _stop.Add(name, part.DisposeAsync);
        return part;
    }
}
