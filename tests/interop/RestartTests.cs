using RocketMQ.TestSupport;

namespace RocketMQ.Interop.Tests;

/// <summary>The broker goes away and comes back; clients stay.</summary>
public class RestartTests
{
    private const string Topic = "restarted";

    [TestCase(true, TestName = "After_a_clean_restart_nothing_is_lost_and_consumers_go_on")]
    [TestCase(false, TestName = "After_kill_9_and_restart_nothing_is_lost_and_consumers_go_on")]
    public async Task Restart(bool clean)
    {
        await using var host = await StandaloneHost.StartNewAsync(SharedBroker.Settings);
        await using var producer = await NodeProducer.StartAsync(host.NameServer);
        await producer.RouteLikeDefaultTopicAsync(Topic);
        var sent = await producer.SendManyAsync(Topic, "before-", 40);
        await using var consumer = await NodeConsumer.StartAsync(host.NameServer, "stays", new ConsumerSettings(Topic));
        await consumer.ReceivesAsync(40);
        await consumer.PersistOffsetsAsync();
        sent.AddRange(await producer.SendManyAsync(Topic, "just-before-", 10));

        await (clean ? host.StopAsync() : host.KillAsync());
        await host.StartAsync();

        await SendUntilAcceptedAsync(producer, "after");
        sent.Add("after");
        sent.AddRange(await producer.SendManyAsync(Topic, "after-", 20));
        var received = await consumer.ReceivesAsync(all => all.Select(m => m.Body).Distinct().Count() >= sent.Count);
        Assert.That(received.Select(m => m.Body).Distinct(), Is.EquivalentTo(sent));
    }

    [Test]
    public async Task Offsets_committed_before_a_restart_count_after_it()
    {
        await using var host = await StandaloneHost.StartNewAsync(SharedBroker.Settings);
        await using var producer = await NodeProducer.StartAsync(host.NameServer);
        await producer.RouteLikeDefaultTopicAsync(Topic);
        await producer.SendManyAsync(Topic, "old-", 40);
        await using (var first = await NodeConsumer.StartAsync(host.NameServer, "comes-back", new ConsumerSettings(Topic)))
        {
            await first.ReceivesAsync(40);
            await first.CloseAsync();
        }

        await host.StopAsync();
        await host.StartAsync();

        await SendUntilAcceptedAsync(producer, "new");
        await using var second = await NodeConsumer.StartAsync(host.NameServer, "comes-back", new ConsumerSettings(Topic));
        await second.ReceivesAsync(1);
        Assert.That(second.Bodies, Is.EqualTo(new[] { "new" }));
    }

    /// <summary>The client fails a send while its connection is gone; whoever calls it tries again.</summary>
    private static async Task SendUntilAcceptedAsync(NodeProducer producer, string body)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await producer.SendAsync(new OutgoingMessage(Topic, body));
                return;
            }
            catch (NodeClientException) when (attempt < 100)
            {
                await Task.Delay(50);
            }
        }
    }
}
