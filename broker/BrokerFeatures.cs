using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Auth;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Delaying;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Health;
using RocketMQ.Broker.Metrics;
using RocketMQ.Broker.Metrics.Remoting;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Ordering;
using RocketMQ.Broker.Popping;
using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Registration;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Broker.Replication.Following;
using RocketMQ.Broker.Replication.Following.Remoting;
using RocketMQ.Broker.Replication.Shipping;
using RocketMQ.Broker.Replication.Metadata;
using RocketMQ.Broker.Replication.Metadata.Remoting;
using RocketMQ.Broker.Replication.Membership;
using RocketMQ.Broker.Replication.Membership.Remoting;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Timing;
using RocketMQ.Broker.Topics;
using RocketMQ.Broker.Transactions;
using RocketMQ.Broker.Waking;
using RocketMQ.Remoting;
using RocketMQ.Store;
using RocketMQ.Store.Timing;

namespace RocketMQ.Broker;

/// <summary>
/// What a broker does, made over its storage and put into its plan: the parts start in the order they stand here. Only wiring; touches the disk.
/// </summary>
internal sealed class BrokerFeatures
{
    private static readonly TimeSpan ClientSweep = TimeSpan.FromSeconds(10);

    /// <summary>A kill takes back what was committed within it.</summary>
    private const int OffsetPeriodMs = 1000;

    private readonly BrokerOptions _options;
    private readonly StoreOptions _storeOptions;
    private readonly BrokerSurroundings _surroundings;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly BrokerPlan _plan;
    private readonly List<PeriodicWork> _periodic = [];
    private readonly BrokerIdentity? _identity;

    public BrokerFeatures(
        BrokerOptions options, StoreOptions storeOptions, BrokerSurroundings surroundings, RemotingOptions remoting, BrokerPlan plan, CurrentRole role,
        BrokerPlace place, LogShipping shipping, BrokerStorage storage, IMember member)
    {
        _options = options;
        _storeOptions = storeOptions;
        _surroundings = surroundings;
        _time = surroundings.Time;
        _loggers = surroundings.Loggers;
        _logger = _loggers.CreateLogger<BrokerServer>();
        _plan = plan;
        Role = role;
        Place = place;
        Master = new MasterPlace(role, options.Replication.HaMasterAddress);
        var (store, config, topics) = (Store, Config, Topics) = storage;

        Statistics = plan.Hold("statistics", new BrokerStatistics(_time, options.MaxStatisticsNum));
        store.AddDispatcher(Statistics);
        topics.DeletedBeforeStart.ToList().ForEach(store.DeleteTopic);
        Groups = new SubscriptionGroups(options, config.Journalled("subscriptionGroup.json"), _time, _loggers.CreateLogger<SubscriptionGroups>())
        {
            HasLightGroups = storeOptions.EnableLmq,
        };
        topics.Changed += (topic, changed) =>
        {
            if (changed is null)
            {
                Statistics.RemoveTopic(topic);
            }
        };
        Offsets = MakeOffsets();
        Consumers = new ConsumerTable(options, Groups, _time, _loggers.CreateLogger<ConsumerTable>());
        Filters = MakeFilters();
        Producers = new ProducerTable(options, _time);
        Locks = new QueueLocks(_time, capacity: () => options.MaxQueueLockNum);

        var delays = DelayLevels.Parse(storeOptions.MessageDelayLevel);
        Timers = storeOptions.TimerWheelEnable ? TimerStore.Open(store, _time, surroundings.Files) : null;
        if (Timers is { } timers)
        {
            plan.Hold(new BrokerPart("the timer wheel", () => Done(timers.Dispose)));
        }

        Shipping = shipping;
        _identity = storage.Epochs is null ? null : new BrokerIdentity(options, storeOptions, surroundings.Files, _logger);
        Epochs = storage.Epochs is { } epochFile
            ? new EpochReplication(epochFile, storage.Confirmed, () => role.IsMaster, () => _identity!.Id ?? 0, store.ListUpTo)
            : null;
        InSync = storage.Epochs is null ? null : new InSyncSet(options.Replication, store, shipping, storage.Confirmed, _time);
        Publisher = new MessagePublisher(
            store, topics, [new TimerRedirect(storeOptions, Timers, _time), new DelayRedirect(delays)], (IReplicas?)InSync ?? new Replicas(options.Replication, store, shipping, _time));
        plan.Hold(new BrokerPart("waiting for slaves", () => Done(Publisher.Replicas.Dispose)));
        OpenTransactions = new OpenTransactions(config.File("transactionMetrics"), _time);
        Wakes = plan.Hold("waking", new WakeStage(_loggers.CreateLogger<WakeStage>()));
        Pulled = new PulledSubscriptions(options, _time);
        ColdReads = plan.Hold("lane of pulls", new Lane("pull", options.PullThreadPoolQueueCapacity, 4, options.ServerMaxWaitingRequestBytes));
        Pulls = new Pulls(
            options, role, new PullGuard(options, topics, Groups, Consumers, new MessageFilterCache(maxExpressionSize: () => options.MaxFilterExpressionSize), Pulled),
            store, Offsets, topics, Statistics, Wakes, _time);
        plan.Hold(new BrokerPart("parked pulls", Pulls.DisposeAsync));
        Pops = new PopConsumption(
            options, store, Publisher, topics, Groups, Offsets, place.StoreHost, config.Journalled("consumerOrderInfo.json"),
            new TimerArrivals(store, Timers, _time), Statistics, Wakes, _time, _loggers.CreateLogger<PopConsumption>());
        plan.Hold(new BrokerPart("popping", () => Done(Pops.Dispose)));
        Every(ClientSweep, "filter persistence", () => Done(Filters.Persist));

        Delays = new DelayedDelivery(
            delays, store, Publisher, place.StoreHost, config.Journalled("delayOffset.json"), _time, _loggers.CreateLogger<DelayedDelivery>());
        TimerMetrics = Timers is null ? null : new TimerMetrics(config.File("timermetrics"), _time);
        if (Timers is not null && TimerMetrics is not null)
        {
            TimerMetrics.Recount(Timers, topics.All.Keys);
            TimerDelivery = new TimerDelivery(
                store, Publisher, Timers, TimerMetrics, place.StoreHost, _time, _loggers.CreateLogger<TimerDelivery>());
        }

        Ledger = new TransactionLedger(options, store, Publisher, place.StoreHost, _time);
        Checks = new TransactionChecks(
            options, store, Publisher, place.StoreHost, Offsets, topics, Ledger,
            new ProducerChecks(options, Producers, place.StoreHost, _loggers.CreateLogger<ProducerChecks>()), OpenTransactions, _time,
            _loggers.CreateLogger<TransactionChecks>());
        AddWhatTheMasterDoes();
        Every(ClientSweep, "client sweep", () => Done(Sweep));

        Admin = plan.Hold("lane of administration", new Lane("admin", options.AdminBrokerThreadPoolQueueCapacity, 2, options.ServerMaxWaitingRequestBytes));
        Query = plan.Hold("lane of queries", new Lane("query", options.QueryThreadPoolQueueCapacity, 2, options.ServerMaxWaitingRequestBytes));
        Client = plan.Hold("connections to name servers", new RemotingClient(RequestTable.Empty, remoting with { Credentials = AccessControl.OwnCredentials(options) }, _time, _loggers));
        Access = new AccessControl(options, config.Journalled("users.json", isPrivate: true), config.Journalled("acls.json", isPrivate: true), surroundings.PlainAcl, _loggers);
        RequestModes = new MessageRequestModes(options, config.Journalled("messageRequestMode.json"));
        Configuration = new LiveConfiguration(options, storeOptions, surroundings.Files, _time);
        plan.Add(new BrokerPart("files of tables", static () => default) { Start = StartSavingAsync });
        Registration = new NameServerRegistration(
            options, role, topics, Client, Master, place.Address, place.HaAddress(options), _time, _loggers.CreateLogger<NameServerRegistration>());
        topics.WaitTold = Registration.WaitToldAsync;
        plan.Add(new BrokerPart("serving slaves", static () => default) { Start = _ => Done(() => Shipping.Start(store, Epochs)) });
        Following = new LogFollowing(
            options.Replication, store, Master, surroundings.Transport, new FirstReport(options.Replication, store, new MasterLog(Master, Client)), _time,
            _loggers.CreateLogger<LogFollowing>(), Epochs);
        var topicsOfTheLog = new TopicsOfTheLog(options, role, topics);
        store.AddDispatcher(topicsOfTheLog);
        plan.Add(new BrokerPart("topics that came with the log", () => Done(topicsOfTheLog.MakeKnown)) { Runs = RunsAs.Slave });
        plan.Add(new BrokerPart("following the master's log", Following.StopAsync) { Start = _ => Done(Following.Start), Runs = RunsAs.Slave });
        MasterTables = FollowMaster();
        Membership = storage.Epochs is { } epochs ? JoinSet(epochs, member) : null;
        Replication = new ReplicationFigures(options.Replication, role, store, shipping, Following, InSync) { Membership = Membership };
        Operations = new BrokerOperations(options, storeOptions, this, _time, _loggers);
    }

    public CurrentRole Role { get; }

    public BrokerPlace Place { get; }

    /// <summary>Where a slave finds its master.</summary>
    public MasterPlace Master { get; }

    public LogShipping Shipping { get; }

    /// <summary>Whom a master waits for, where a controller watches over the set.</summary>
    public InSyncSet? InSync { get; }

    /// <summary>This broker's life in such a set.</summary>
    public Membership? Membership { get; }

    public MembershipRequests? MembershipRequests { get; private set; }

    public LogFollowing Following { get; }

    /// <summary>Who wrote which part of the log; null without a controller.</summary>
    public EpochReplication? Epochs { get; }

    public ReplicationFigures Replication { get; }

    public MessageStore Store { get; }

    public Persistence.ConfigFolder Config { get; }

    public TopicTable Topics { get; }

    public BrokerStatistics Statistics { get; }

    public SubscriptionGroups Groups { get; }

    public ConsumerOffsets Offsets { get; }

    public ConsumerTable Consumers { get; }

    public ConsumerFilterRegistry Filters { get; }

    public ProducerTable Producers { get; }

    public QueueLocks Locks { get; }

    public TimerStore? Timers { get; }

    public MessagePublisher Publisher { get; }

    public OpenTransactions OpenTransactions { get; }

    public WakeStage Wakes { get; }

    public PulledSubscriptions Pulled { get; }

    /// <summary>Serves pulls and pops that may have to read from the disk.</summary>
    public Lane ColdReads { get; }

    public Pulls Pulls { get; }

    public PopConsumption Pops { get; }

    public DelayedDelivery Delays { get; }

    public TimerMetrics? TimerMetrics { get; }

    public TimerDelivery? TimerDelivery { get; }

    public TransactionLedger Ledger { get; }

    public TransactionChecks Checks { get; }

    public TransactionFigures Transactions { get; } = new();

    public Lane Admin { get; }

    public Lane Query { get; }

    public RemotingClient Client { get; }

    public AccessControl Access { get; }

    public MessageRequestModes RequestModes { get; }

    public LiveConfiguration Configuration { get; }

    public NameServerRegistration Registration { get; }

    /// <summary>What a slave has of its master beside the log.</summary>
    public MetadataSync MasterTables { get; }

    /// <summary>What clients ask of the broker, in whatever protocol: the same ones for all, for some count what they have let in.</summary>
    public BrokerOperations Operations { get; }

    /// <summary>What has to be done every so often.</summary>
    public IReadOnlyList<PeriodicWork> Periodic => _periodic;

    public IReadOnlyList<IHealthCheck> HealthChecks() =>
        [
            new StoreCheck(Store, _time), new RegistrationCheck(Registration), new TaskCheck(_periodic), new SavingCheck(Config),
            new DelayCheck(Role, Delays, TimerDelivery?.Figures), new MetadataCheck(Role, MasterTables, _time), Following,
            .. Membership is { } membership ? [membership] : Array.Empty<IHealthCheck>(),
        ];

    public MetricCatalog Figures(IReadOnlyList<RemotingServer> servers, RpcMetrics rpcs)
    {
        var figures = new List<IMetricSource>
        {
            new BrokerMetrics(_options, Topics, Groups, servers, [("pull", () => Pulls.ParkedCount), ("query_message", () => Query.Count), ("admin", () => Admin.Count)]),
            new StoreMetrics(Store, _surroundings.Files, _time),
            new TrafficMetrics(Statistics, Topics),
            new ConnectionMetrics(Producers, Consumers),
            new ConsumerMetrics(Store, Topics, Offsets, Consumers, _time),
            new TransactionMetrics(Transactions, OpenTransactions),
            new PopMetrics(_options, Store, Offsets, () => Pops.PendingCheckPoints, _time),
            new ReplicationMetrics(Replication),
            rpcs,
        };
        if (Timers is not null && TimerDelivery is not null && TimerMetrics is not null)
        {
            figures.Add(new TimerMetricSource(Timers, TimerDelivery.Figures, TimerMetrics, _time));
        }

        return new MetricCatalog(_options, figures, _time);
    }

    public BrokerRequests Requests() => new(_options, this, Operations, _time, _loggers);

    /// <summary>Made by all else that a role is made of; it starts when all of that has, and stops before.</summary>
    private Membership JoinSet(EpochFile epochs, IMember member)
    {
        var finder = new MasterFinder(Master, Client);
        _plan.Hold(new BrokerPart("looking for the master", () => Done(finder.Dispose)));
        Following.CutNeeded += member.Cut;
        var controllers = new ControllerClient(_options, Place.Address, Client, _time);
        var summons = new SlaveSummons(controllers, Shipping, Client, Place.Address, Place.HaAddress(_options), _options.Replication, _time);
        var membership = new Membership(
            _options, _identity!, controllers, Role, Master, Following, Store, epochs, InSync!, summons, member, Place.Address, _time, _loggers.CreateLogger<Membership>());
        MembershipRequests = new MembershipRequests(_options, membership, epochs, Role, Store);
        return membership;
    }

    private MetadataSync FollowMaster()
    {
        var sync = new MetadataSync(
            _options, Master, Place.Address, new MasterClient(Client),
            new TableFollower(
                Topics, new TopicDeletion(_options, Topics, Offsets, Store, TimerMetrics), Groups, RequestModes, TimerMetrics, Store,
                _loggers.CreateLogger<TableFollower>()),
            new PositionFollower(Offsets, Topics, Groups, Delays, Timers, Store), Store, _time, _loggers.CreateLogger<MetadataSync>());
        _plan.Add(new BrokerPart("following the master's tables", sync.StopAsync) { Start = _ => Done(sync.Start), Runs = RunsAs.Slave });
        return sync;
    }

    private ConsumerOffsets MakeOffsets()
    {
        var offsets = new ConsumerOffsets(
            Config.Journalled("consumerOffset.json"), _storeOptions.EnableLmq ? Config.Journalled("lmqConsumerOffset.json") : null,
            async () => await Store.WaitFlushedAsync(Store.MaxPhysicalOffset).ConfigureAwait(false) == FlushResult.Ok,
            topic => Topics.TryGet(topic, out _),
            TimeSpan.FromMilliseconds(_options.FlushConsumerOffsetInterval));
        offsets.RemoveTopics(Topics.DeletedBeforeStart);
        _plan.Hold(new BrokerPart("journalling of offsets", async () => await offsets.HandOverAsync().ConfigureAwait(false)));
        // Stopped among the last: while others take their time to stop, consumers still commit.
        Every(
            TimeSpan.FromMilliseconds(Math.Min(_options.FlushConsumerOffsetInterval, OffsetPeriodMs)), "journalling of changed offsets", offsets.PersistAsync);
        return offsets;
    }

    private ConsumerFilterRegistry MakeFilters()
    {
        var filters = new ConsumerFilterRegistry(
            Config.File("consumerFilter.json"), new BloomFilter(_options.MaxErrorRateOfBloomFilter, _options.ExpectConsumerNumUseFilter), _time,
            _loggers.CreateLogger<ConsumerFilterRegistry>(), _options.FilterDataCleanTimeSpan, _options.MaxFilterNum);
        filters.Load();
        Consumers.GroupChanged += group =>
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
        };
        return filters;
    }

    /// <summary>What writes to the log on its own, and the positions that it moves.</summary>
    private void AddWhatTheMasterDoes()
    {
        _plan.Add(new BrokerPart("appends", static () => default) { Start = _ => Done(Store.Start) });
        _plan.Add(new BrokerPart("positions of what the master does", Offsets.PersistAsync) { Runs = RunsAs.Master });
        _plan.Add(new BrokerPart("delayed delivery", Delays.StopAsync) { Start = _ => Done(() => Delays.Start(Role.HasLogStayed)), Runs = RunsAs.Master });
        var transactions = new TransactionUpkeep(
            _options, Store, Offsets, Ledger, Checks, OpenTransactions, _time, _loggers.CreateLogger<TransactionUpkeep>());
        _periodic.AddRange(transactions.Work);
        _plan.Add(new BrokerPart("transactions", transactions.StopAsync)
        {
            Start = _ => transactions.StartAsync(Role.HasLogStayed), Runs = RunsAs.Master,
        });
        if (TimerDelivery is { } timing)
        {
            _plan.Add(new BrokerPart("timer delivery", timing.StopAsync) { Start = _ => Done(() => StartTiming(timing)), Runs = RunsAs.Master });
        }

        AddPeriodic(Pops.Persistence);
        _periodic.Add(Pops.Revival);
        _plan.Add(new BrokerPart("pop revival", Pops.Revival.StopAsync) { Start = _ => Done(StartRevival), Runs = RunsAs.Master });
    }

    /// <summary>The counts of a slave are its master's: those of its own wheel, which takes in what else is in the queue, are counted from here on.</summary>
    private void StartTiming(TimerDelivery timing)
    {
        TimerMetrics!.Recount(Timers!, Topics.All.Keys);
        timing.Start();
    }

    private void StartRevival()
    {
        if (!Role.HasLogStayed)
        {
            Pops.ForgetRevived();
        }

        Pops.Revival.Start();
    }

    /// <summary>All tables are loaded. Of the topics that were deleted before the start nothing may be left when the journal forgets them.</summary>
    private async ValueTask StartSavingAsync(CancellationToken cancellationToken)
    {
        await Offsets.HandOverAsync().ConfigureAwait(false);
        Config.Start();
    }

    private void Sweep()
    {
        Consumers.Sweep();
        Pulled.Sweep();
        Producers.Sweep();
        Locks.Sweep();
    }

    /// <summary>Has work done every period until stop, and once more at stop.</summary>
    private void Every(TimeSpan period, string name, Func<ValueTask> work) => AddPeriodic(new PeriodicWork(name, period, work, _time, _logger));

    private void AddPeriodic(PeriodicWork work)
    {
        _periodic.Add(work);
        _plan.Add(new BrokerPart(work.Name, work.StopAsync) { Start = _ => Done(() => work.Start()) });
    }

    private static ValueTask Done(Action action)
    {
        action();
        return default;
    }
}
