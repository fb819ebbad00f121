using RocketMQ.Protocol.Bodies;
using RocketMQ.TestSupport;

namespace RocketMQ.Client.Tests.Fakes;

/// <summary>A name server and some brokers that a test scripts, and clients on a clock that the test moves.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private FakeCluster(IEnumerable<string> brokerNames) => Brokers = [.. brokerNames.Select(n => new FakeBroker(n))];

    public FakeNameServer NameServer { get; } = new();

    public IReadOnlyList<FakeBroker> Brokers { get; }

    public VirtualTimeProvider Time { get; } = new();

    public FakeBroker this[string name] => Brokers.Single(b => b.Name == name);

    public static async Task<FakeCluster> StartAsync(params string[] brokerNames)
    {
        var cluster = new FakeCluster(brokerNames);
        await cluster.NameServer.StartAsync();
        foreach (var broker in cluster.Brokers)
        {
            await broker.StartAsync();
        }

        return cluster;
    }

    public RocketMQClient Client(Func<ClientOptions, ClientOptions>? change = null)
    {
        var options = new ClientOptions { NameServers = NameServer.Address, ClientIp = "127.0.0.1" };
        return new RocketMQClient(change?.Invoke(options) ?? options, time: Time);
    }

    /// <summary>Makes a topic with some queues on each of the brokers named; on all when none is.</summary>
    public void Route(string topic, int queues = 4, int perm = 6, params string[] brokers)
    {
        var hosts = Brokers.Where(b => brokers.Length == 0 || brokers.Contains(b.Name)).ToList();
        NameServer.Routes[topic] = new TopicRouteData
        {
            BrokerDatas = [.. hosts.Select(b => new BrokerData { BrokerName = b.Name, Cluster = "C", BrokerAddrs = { [0] = b.Address } })],
            QueueDatas = [.. hosts.Select(b => new QueueData { BrokerName = b.Name, ReadQueueNums = queues, WriteQueueNums = queues, Perm = perm })],
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in Brokers)
        {
            await broker.DisposeAsync();
        }

        await NameServer.DisposeAsync();
    }
}
