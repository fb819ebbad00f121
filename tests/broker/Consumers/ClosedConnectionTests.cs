using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Consumers;

/// <summary>What a client leaves behind when its connection ends.</summary>
public class ClosedConnectionTests
{
    [Test]
    public async Task It_leaves_all_its_groups_whatever_one_of_them_runs_into_and_no_others()
    {
        await using var connections = await Connections.OpenAsync(2);
        var (mine, other) = (connections[0], connections[1]);
        using var folder = new TestFolder();
        var consumers = Consumers(folder);
        foreach (var group in (string[])["a", "b", "c"])
        {
            consumers.Register(Channel(mine, "me"), new ConsumerData { GroupName = group }, replaceSubscriptions: true);
            consumers.Register(Channel(other, "you"), new ConsumerData { GroupName = group }, replaceSubscriptions: true);
        }

        consumers.Unregister("c", mine);
        var changed = new List<string>();
        consumers.GroupChanged += group =>
        {
            changed.Add(group.Name);
            throw new InvalidOperationException("a listener's bug");
        };
        consumers.Remove(mine);
        consumers.Remove(mine);

        Assert.That(changed, Is.EquivalentTo((string[])["a", "b"]));
        Assert.That(consumers.All.Values.Select(g => string.Join(',', g.ClientIds)), Is.All.EqualTo("you"));
    }

    [Test]
    public async Task A_heartbeat_that_is_read_after_its_connection_has_ended_leaves_no_ghost()
    {
        await using var connections = await Connections.OpenAsync(1);
        using var folder = new TestFolder();
        var consumers = Consumers(folder);
        var producers = new ProducerTable(new BrokerOptions(), TimeProvider.System);
        connections[0].End("the test wants it so");

        consumers.Remove(connections[0]);
        producers.Remove(connections[0]);
        consumers.Register(Channel(connections[0], "late"), new ConsumerData { GroupName = "a" }, replaceSubscriptions: true);
        producers.Register("p", Channel(connections[0], "late"));

        Assert.That(consumers.Find("a")!.IsEmpty);
        Assert.That(producers.Find("p"), Is.Empty);
        Assert.That(producers.FindClient("late"), Is.Null);
    }

    private static ConsumerTable Consumers(TestFolder folder) => new(
        new BrokerOptions(),
        new SubscriptionGroups(
            new BrokerOptions(), ConfigFolder.Open(folder.Path, PhysicalFileSystem.Instance, TimeProvider.System, NullLoggerFactory.Instance).Journalled("subscriptionGroup.json"), TimeProvider.System, NullLogger<SubscriptionGroups>.Instance),
        TimeProvider.System,
        NullLogger<ConsumerTable>.Instance);

    private static ClientChannel Channel(RemotingLink link, string clientId) => new(link, clientId);

    /// <summary>A server's ends of connections.</summary>
    private sealed class Connections : IAsyncDisposable
    {
        private readonly List<RemotingConnection> _opened = [];
        private readonly List<RemotingClient> _clients = [];
        private RemotingServer? _server;

        public RemotingLink this[int index] => new(_opened[index]);

        public static async Task<Connections> OpenAsync(int count)
        {
            var connections = new Connections();
            connections._server = new RemotingServer(new IPEndPoint(IPAddress.Loopback, 0), RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
            connections._server.ConnectionOpened += connection =>
            {
                lock (connections._opened)
                {
                    connections._opened.Add(connection);
                }
            };
            await connections._server.StartAsync();
            for (var i = 0; i < count; i++)
            {
                var client = new RemotingClient(RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
                connections._clients.Add(client);
                await client.InvokeAsync(connections._server.LocalEndPoint.ToString(), RemotingCommand.Request(1), TimeSpan.FromSeconds(10));
            }

            return connections;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var client in _clients)
            {
                await client.DisposeAsync();
            }

            await _server!.DisposeAsync();
        }
    }
}
