using System.Collections.Concurrent;
using System.Text;
using RocketMQ.Client.Tests.Fakes;

namespace RocketMQ.Client.Tests.EndToEnd;

public class BrokerRestartTests
{
    /// <summary>With the intervals that applications have: routes are asked for every 30 s.</summary>
    [Test]
    public async Task Producing_and_consuming_go_on_after_the_broker_was_restarted([Values] bool atAnotherAddress)
    {
        await using var cluster = await LocalCluster.StartAsync();
        await using var client = new RocketMQClient(new ClientOptions { NameServers = cluster.NameServerAddress, ClientIp = "127.0.0.1" });
        await using var producer = client.CreateProducer(new ProducerOptions { Retries = 10 });
        var received = new ConcurrentQueue<string>();
        await using var consumer = await client.StartPushConsumerAsync(
            new PushConsumerOptions
            {
                Group = "G",
                Subscriptions = new Dictionary<string, FilterExpression> { ["T"] = FilterExpression.All },
                ConsumeFrom = ConsumeFrom.FirstOffset,
            },
            (m, _) =>
            {
                received.Enqueue(Encoding.UTF8.GetString(m.Body.Span));
                return new(ConsumeResult.Success);
            });
        await producer.SendAsync(new Message("T", "before"u8.ToArray()));
        await Eventually.TrueAsync(() => received.Contains("before"), "the first message");

        await cluster.RestartBrokerAsync(atAnotherAddress);
        await producer.SendAsync(new Message("T", "after"u8.ToArray()));

        await Eventually.TrueAsync(() => received.Contains("after"), "the second message");
    }
}
