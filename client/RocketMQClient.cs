using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Client.Core;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
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
    private readonly ClientCore _core;
    private readonly RemotingClient _remoting;

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
        var brokers = new BrokerTable();
        _remoting = new RemotingClient(ServerRequests(groups), options.Remoting, time, loggers);
        var rpc = new Rpc(_remoting, options);
        var nameServers = new NameServers(options.NameServers, rpc, loggers);
        var routes = new RouteTable(nameServers, brokers, options, time, loggers);
        var heartbeats = new Heartbeats(identity.ClientId, groups, brokers, rpc, options, time, loggers);

        // A broker that is new, or new at its address, knows nothing of this client yet.
        routes.RouteChanged += _ => heartbeats.Poke();
        _core = new ClientCore
        {
            Identity = identity,
            Rpc = rpc,
            NameServers = nameServers,
            Brokers = brokers,
            Routes = routes,
            Groups = groups,
            Heartbeats = heartbeats,
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
    public Producer CreateProducer(ProducerOptions? options = null) => Producer.Create(_core, options ?? new ProducerOptions());

    /// <summary>Starts to consume; returns when the first share of queues is known.</summary>
    /// <exception cref="InvalidOperationException">This client has a consumer of the group already.</exception>
    public Task<PushConsumer> StartPushConsumerAsync(
        PushConsumerOptions options, MessageHandler handler, CancellationToken cancellationToken = default) =>
        PushConsumer.StartAsync(_core, options, handler, cancellationToken);

    /// <summary>A consumer that reads queues as the application tells it to, and keeps the group's offsets only when asked.</summary>
    public PullConsumer CreatePullConsumer(string group) => new(group, _core.Rpc, _core.Brokers, _core.Routes, _core.Time);

    public async ValueTask DisposeAsync()
    {
        await _core.Heartbeats.DisposeAsync().ConfigureAwait(false);
        await _core.Routes.DisposeAsync().ConfigureAwait(false);
        await _remoting.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What brokers ask of a client.</summary>
    private static RequestTable ServerRequests(GroupTable groups) =>
        new RequestTable.Builder()
            .Add(RequestCode.NotifyConsumerIdsChanged, new ConsumerIdsChangedHandler(groups))
            .Build();
}
