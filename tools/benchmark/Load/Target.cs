using RocketMQ.Client;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Remoting;

namespace RocketMQ.Benchmark.Load;

/// <summary>The broker and the queues that a raw load goes to.</summary>
/// <param name="Address">The broker, <c>host:port</c>.</param>
internal sealed record Target(string Address, string BrokerName, string Topic, int WriteQueues, int ReadQueues)
{
    /// <summary>Whether it is spoken to over TLS.</summary>
    public bool IsEncrypted { get; init; }

    private const int NewTopicQueues = 4;
    private static readonly TimeSpan RoutePatience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan RouteRetry = TimeSpan.FromMilliseconds(100);

    /// <summary>Finds the topic's first broker with a master; makes the topic, on every broker, when nobody has it.</summary>
    /// <exception cref="BenchmarkException">No name server answers, or no broker is registered.</exception>
    public static async Task<Target> FindAsync(ClientOptions options, string topic, CancellationToken cancellationToken, int newTopicQueues = NewTopicQueues)
    {
        var client = new RocketMQClient(options);
        await using var _ = client.ConfigureAwait(false);
        try
        {
            var target = await TryFindAsync(client, topic, cancellationToken).ConfigureAwait(false)
                ?? await MakeAsync(client, topic, newTopicQueues, cancellationToken).ConfigureAwait(false);
            return target with { IsEncrypted = options.Remoting.Tls?.IsClientEnabled ?? false };
        }
        catch (RemotingException e)
        {
            throw new BenchmarkException($"No name server answers at {options.NameServers}: {e.Message}");
        }
    }

    private static async Task<Target?> TryFindAsync(RocketMQClient client, string topic, CancellationToken cancellationToken)
    {
        try
        {
            var route = await client.Admin.Topics.GetRouteAsync(topic, cancellationToken).ConfigureAwait(false);
            return route.BrokerDatas
                .Where(b => b.BrokerAddrs.ContainsKey(0))
                .SelectMany(b => route.QueueDatas.Where(q => q.BrokerName == b.BrokerName), (b, q) => new Target(
                    b.BrokerAddrs[0], b.BrokerName, topic, q.WriteQueueNums, q.ReadQueueNums))
                .FirstOrDefault();
        }
        catch (BrokerException)
        {
            return null;
        }
    }

    private static async Task<Target> MakeAsync(RocketMQClient client, string topic, int queues, CancellationToken cancellationToken)
    {
        var cluster = await client.Admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        foreach (var broker in cluster.BrokerAddrTable.Values.Where(b => b.BrokerAddrs.ContainsKey(0)))
        {
            await client.Admin.Topics.CreateOrUpdateAsync(
                broker.BrokerAddrs[0], new TopicConfig { TopicName = topic, ReadQueueNums = queues, WriteQueueNums = queues }, cancellationToken)
                .ConfigureAwait(false);
        }

        // A broker may answer before a name server that is slow knows the topic.
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < RoutePatience)
        {
            if (await TryFindAsync(client, topic, cancellationToken).ConfigureAwait(false) is { } target)
            {
                return target;
            }

            await Task.Delay(RouteRetry, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        throw new BenchmarkException($"No broker with a master holds topic {topic}, and none could be made to within {RoutePatience.TotalSeconds:0} s.");
    }
}
