using System.Collections.Concurrent;
using System.Text;
using RocketMQ.Client.Tests.Fakes;

namespace RocketMQ.Client.Tests.EndToEnd;

/// <summary>One name server, one broker and one client for all tests of a fixture, on the real clock. Tests run beside each other, each with topics of its own.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.All)]
public abstract class EndToEndTest
{
    internal LocalCluster Cluster { get; private set; } = null!;

    protected RocketMQClient Client { get; private set; } = null!;

    protected Producer Producer { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Cluster = await LocalCluster.StartAsync();
        Client = Cluster.Client();
        Producer = Client.CreateProducer(new ProducerOptions { Group = "P" });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await Producer.DisposeAsync();
        await Client.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    protected static Message Text(string topic, string body) => new(topic, Encoding.UTF8.GetBytes(body));

    protected static string Body(ReceivedMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    protected static Dictionary<string, FilterExpression> To(string topic, FilterExpression? filter = null) => new() { [topic] = filter ?? FilterExpression.All };

    protected static PushConsumerOptions Push(string topic, string group, FilterExpression? filter = null) => new()
    {
        Group = group,
        Subscriptions = To(topic, filter),
        ConsumeFrom = ConsumeFrom.FirstOffset,
    };

    protected static MessageHandler Collect(ConcurrentQueue<string> received) => (m, _) =>
    {
        received.Enqueue(Body(m));
        return new(ConsumeResult.Success);
    };

    protected static Task AllAsync(IReadOnlyCollection<string> received, int count) =>
        Eventually.TrueAsync(() => received.Count >= count, $"{count} messages");

    /// <summary>All messages of a topic, once there are as many.</summary>
    protected async Task<List<ReceivedMessage>> ReadAsync(string topic, int count)
    {
        var consumer = Client.CreatePullConsumer("reader");
        var messages = new List<ReceivedMessage>();
        await Eventually.TrueAsync(
            async () =>
            {
                messages.Clear();
                try
                {
                    foreach (var queue in await consumer.GetQueuesAsync(topic))
                    {
                        messages.AddRange((await consumer.PullAsync(queue, 0)).Messages);
                    }
                }
                catch (RouteNotFoundException)
                {
                    // Not made yet.
                }

                return messages.Count >= count;
            },
            $"{count} messages in {topic}");
        return messages;
    }
}
