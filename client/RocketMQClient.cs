using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Client.Callbacks;
using RocketMQ.Client.Core;
using RocketMQ.Client.Producing;
using RocketMQ.Client.Routing;
using RocketMQ.Client.Tracing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Client;

/// <summary>
/// One member of the messaging system: connections, routes and heartbeats, shared by all producers and consumers made from it. An application
/// needs one. Dispose the producers and consumers first, then the client.
/// </summary>
/// <example><code>
/// await using var client = new RocketMQClient(new ClientOptions { NameServers = "127.0.0.1:9876" });
/// await using var producer = client.CreateProducer(new ProducerOptions { Group = "shop" });
/// await producer.SendAsync(new Message("Orders", "42"u8.ToArray()));
/// </code></example>
public sealed class RocketMQClient : IAsyncDisposable
{
    /// <summary>Requests of brokers that run application code: as many may wait, and so many run at once.</summary>
    private const int CallbackCapacity = 1024;
    private const int CallbackWorkers = 4;

    private readonly ClientCore _core;
    private readonly RemotingClient _remoting;
    private readonly Lane _callbacks = new("client callbacks", CallbackCapacity, CallbackWorkers);

    /// <param name="loggers">Nothing is logged when absent.</param>
    /// <param name="time">The system's clock when absent.</param>
    /// <exception cref="ArgumentException">The options name no name server.</exception>
    public RocketMQClient(ClientOptions options, ILoggerFactory? loggers = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        loggers ??= NullLoggerFactory.Instance;
        time ??= TimeProvider.System;
        var identity = ClientIdentity.Of(options, time);
        var groups = new GroupTable();
        var replies = new ReplyTable();
        var brokers = new BrokerTable();
        _remoting = new RemotingClient(BrokerRequests(groups, replies, loggers), options.Remoting, time, loggers);
        var rpc = new Rpc(_remoting, options);
        var nameServers = new NameServers(options.NameServers, rpc, loggers);
        var routes = new RouteTable(nameServers, brokers, options, time, loggers);
        var heartbeats = new Heartbeats(identity.ClientId, groups, brokers, rpc, options, time, loggers);
        var ids = new UniqueMessageIdSource(time, identity.Address, JavaHash.Of(identity.ClientId));

        // A broker that is new, or new at its address, knows nothing of this client yet.
        routes.RouteChanged += _ => heartbeats.Poke();
        _remoting.ConnectionLost += (address, _) =>
        {
            heartbeats.Forget(address);
            routes.Poke();
        };
        _core = new ClientCore
        {
            Identity = identity,
            Rpc = rpc,
            NameServers = nameServers,
            Brokers = brokers,
            Routes = routes,
            Groups = groups,
            Heartbeats = heartbeats,
            Ids = ids,
            Replies = replies,
            Trace = new Lazy<TraceRecorder>(() => Tracer(options.TraceTopic, rpc, brokers, routes, ids, time, loggers)),
            Time = time,
            Loggers = loggers,
        };
        Admin = new AdminClient(rpc, nameServers, routes, brokers);
    }

    /// <summary>Who this client is to brokers.</summary>
    public string ClientId => _core.Identity.ClientId;

    /// <summary>Topics, routes, statistics.</summary>
    public AdminClient Admin { get; }

    /// <exception cref="InvalidOperationException">This client has a producer of the group already.</exception>
    public Producer CreateProducer(ProducerOptions? options = null) => new(_core, options ?? new ProducerOptions());

    /// <param name="checker">Answers brokers that were not told how a transaction ended.</param>
    /// <exception cref="InvalidOperationException">This client has a producer of the group already.</exception>
    public TransactionProducer CreateTransactionProducer(ProducerOptions options, TransactionChecker checker) => new(_core, options, checker);

    /// <summary>Starts to consume; returns when the first share of queues is known.</summary>
    /// <exception cref="InvalidOperationException">This client has a consumer of the group already.</exception>
    /// <exception cref="BrokerException">A broker does not understand an SQL condition.</exception>
    public Task<PushConsumer> StartPushConsumerAsync(
        PushConsumerOptions options, MessageHandler handler, CancellationToken cancellationToken = default) =>
        PushConsumer.StartAsync(_core, options, handler, cancellationToken);

    /// <summary>Starts to read ahead what the application polls for; returns when the first share of queues is known.</summary>
    /// <exception cref="InvalidOperationException">This client has a consumer of the group already.</exception>
    public Task<LitePullConsumer> StartLitePullConsumerAsync(LitePullConsumerOptions options, CancellationToken cancellationToken = default) =>
        LitePullConsumer.StartAsync(_core, options, cancellationToken);

    /// <summary>A consumer that receives and acknowledges message by message; needs 5.x brokers.</summary>
    public SimpleConsumer CreateSimpleConsumer(SimpleConsumerOptions options) => new(options, _core.Rpc, _core.Routes, _core.Brokers, _core.Time);

    /// <summary>A consumer that reads queues as the application tells it to, and keeps the group's offsets only when asked.</summary>
    public PullConsumer CreatePullConsumer(string group) => new(group, _core.Rpc, _core.Brokers, _core.Routes, _core.Time);

    public async ValueTask DisposeAsync()
    {
        if (_core.Trace.IsValueCreated)
        {
            await _core.Trace.Value.DisposeAsync().ConfigureAwait(false);
        }

        await _core.Heartbeats.DisposeAsync().ConfigureAwait(false);
        await _core.Routes.DisposeAsync().ConfigureAwait(false);
        await _remoting.DisposeAsync().ConfigureAwait(false);
        await _callbacks.DisposeAsync().ConfigureAwait(false);
    }

    private static TraceRecorder Tracer(
        string topic, Rpc rpc, BrokerTable brokers, RouteTable routes, UniqueMessageIdSource ids, TimeProvider time, ILoggerFactory loggers)
    {
        var options = new ProducerOptions { Group = "_INNER_TRACE_PRODUCER", SendTimeout = TimeSpan.FromSeconds(5) };
        var sending = new SendPipeline(options, routes, new MessageSender(rpc, brokers, options), time);
        return new TraceRecorder(topic, new MessageEncoder(options, ids, time), sending, time, loggers);
    }

    /// <summary>What brokers ask of a client.</summary>
    private RequestTable BrokerRequests(GroupTable groups, ReplyTable replies, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<RocketMQClient>();
        return new RequestTable.Builder()
            .Add(RequestCode.NotifyConsumerIdsChanged, new ConsumerIdsChangedHandler(groups))
            .Add(RequestCode.GetConsumerStatusFromClient, new ConsumerStatusHandler(groups))
            .Add(RequestCode.GetConsumerRunningInfo, new RunningInfoHandler(groups))
            .Add(RequestCode.PushReplyMessageToClient, new ReplyArrivedHandler(replies, logger))
            .Add(RequestCode.CheckTransactionState, new CheckTransactionHandler(groups, logger), _callbacks)
            .Add(RequestCode.ResetConsumerClientOffset, new ResetOffsetHandler(groups), _callbacks)
            .Add(RequestCode.ConsumeMessageDirectly, new ConsumeDirectlyHandler(groups), _callbacks)
            .Build();
    }
}
