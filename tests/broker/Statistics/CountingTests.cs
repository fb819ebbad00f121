using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Statistics;

/// <summary>What the broker counts of what clients do.</summary>
public sealed class CountingTests
{
    [Test]
    public async Task Puts_and_gets_are_counted_by_topic_and_group()
    {
        await using var broker = await TestBroker.StartAsync();
        var statistics = broker.Server.Statistics;
        await broker.SendAsync("orders", [1, 2, 3]);
        await broker.SendAsync("orders", [4]);
        await broker.PullAsync("orders", 0, 0, "readers");
        await broker.PullAsync("orders", 0, 2, "readers");

        var topic = statistics.FindTopic("orders")!;
        var group = statistics.FindGroup("orders", "readers")!;
        Assert.Multiple(() =>
        {
            Assert.That(topic.Messages.Value, Is.EqualTo(2));
            Assert.That(topic.PutLatencyUs.Times, Is.EqualTo(2));
            Assert.That(group.Messages.Value, Is.EqualTo(2));
            Assert.That(group.Messages.Times, Is.EqualTo(1));
            Assert.That(group.Bytes.Value, Is.EqualTo(topic.Bytes.Value).And.GreaterThan(180));
            Assert.That(group.BehindIn(0)!.Bytes, Is.Positive);
            Assert.That(group.BehindIn(1), Is.Null);
            Assert.That(statistics.PutOfClients.Value, Is.EqualTo(2));
            Assert.That(statistics.GotOfClients.Value, Is.EqualTo(2));
            Assert.That((statistics.GetsFound, statistics.GetsMissed), Is.EqualTo((1L, 1L)));
        });
    }

    [Test]
    public async Task What_is_sent_back_and_given_up_is_counted_for_the_original_topic()
    {
        await using var broker = await TestBroker.StartAsync();
        var statistics = broker.Server.Statistics;
        await broker.SendAsync("orders", [1]);
        foreach (var level in (int[])[0, -1])
        {
            await broker.CallAsync(
                RequestCode.ConsumerSendMsgBack,
                new ConsumerSendMsgBackRequestHeader { Offset = 0, Group = "readers", DelayLevel = level, OriginTopic = "orders" });
        }

        var group = statistics.FindGroup("orders", "readers")!;
        Assert.That((group.SentBack.Value, group.DeadLetters.Value), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public async Task A_deleted_topic_is_forgotten()
    {
        await using var broker = await TestBroker.StartAsync();
        var statistics = broker.Server.Statistics;
        await broker.SendAsync("orders", [1]);
        await broker.PullAsync("orders", 0, 0, "readers");
        statistics.RemoveTopic("orders");

        Assert.That(statistics.FindTopic("orders"), Is.Null);
        Assert.That(statistics.FindGroup("orders", "readers"), Is.Null);
    }
}
