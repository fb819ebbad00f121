using RocketMQ.Client;
using RocketMQ.Tools.Tests.Support;

namespace RocketMQ.Tools.Tests;

/// <summary>Verbs that move groups, of which no member is connected unless a test says so.</summary>
public class OffsetVerbTests
{
    private RocketMQClient _client = null!;
    private Producer _producer = null!;

    [OneTimeSetUp]
    public void Start()
    {
        _client = LiveHost.NewClient();
        _producer = _client.CreateProducer();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _producer.DisposeAsync();
        await _client.DisposeAsync();
    }

    [Test]
    public async Task ResetOffsetByTime_moves_a_group_that_is_away()
    {
        var topic = await TopicWithMessagesAsync("ResetAway", 5);
        await GroupAtAsync("ResetAwayGroup", topic, 1);
        (await LiveHost.RunAsync($"resetOffsetByTime -g ResetAwayGroup -t {topic} -s now")).Done();
        Assert.That(await OffsetAsync("ResetAwayGroup", topic), Is.EqualTo(5));

        var back = (await LiveHost.RunAsync($"resetOffsetByTime -g ResetAwayGroup -t {topic} -s 0 --json")).Done().Json;
        Assert.That((long)back["queues"]![0]!["offset"]!, Is.Zero);
        Assert.That(await OffsetAsync("ResetAwayGroup", topic), Is.Zero);
    }

    [Test]
    public async Task ResetOffsetByTime_moves_one_queue_to_an_offset()
    {
        var topic = await TopicWithMessagesAsync("ResetQueue", 5);
        await GroupAtAsync("ResetQueueGroup", topic, 1);
        var run = await LiveHost.RunAsync($"resetOffsetByTime -g ResetQueueGroup -t {topic} -s now -b {LiveHost.Host.Broker} -q 0 -o 3");
        Assert.That(run.Done().Output, Does.Contain("reset consumer offset to 3"));
        Assert.That(await OffsetAsync("ResetQueueGroup", topic), Is.EqualTo(3));
    }

    [TestCase("-b 127.0.0.1:10911", "-b and -q go together")]
    [TestCase("-o 3", "-o needs -b and -q")]
    public async Task ResetOffsetByTime_refuses_half_of_a_queue(string options, string sentence) =>
        Assert.That((await LiveHost.RunAsync($"resetOffsetByTime -g G -t T -s now {options}")).Refused(2), Does.Contain(sentence));

    [Test]
    public async Task ResetOffsetByTime_refuses_a_time_that_is_none() =>
        Assert.That((await LiveHost.RunAsync("resetOffsetByTime -g G -t T -s yesterday")).Refused(2), Does.Contain("yyyy-MM-dd#HH:mm:ss:SSS"));

    [Test]
    public async Task ResetOffsetByTime_moves_a_connected_group()
    {
        var topic = await TopicWithMessagesAsync("ResetOnline", 3);
        var consumed = 0;
        await using var client = LiveHost.NewClient();
        await using var consumer = await client.StartPushConsumerAsync(
            new PushConsumerOptions
            {
                Group = "ResetOnlineGroup",
                Subscriptions = new Dictionary<string, FilterExpression> { [topic] = FilterExpression.All },
                ConsumeFrom = ConsumeFrom.FirstOffset,
            },
            (_, _) =>
            {
                Interlocked.Increment(ref consumed);
                return new(ConsumeResult.Success);
            });
        await Eventually.TrueAsync(() => consumed == 3, "the first round");
        (await LiveHost.RunAsync($"resetOffsetByTime -g ResetOnlineGroup -t {topic} -s 0")).Done();
        await Eventually.TrueAsync(() => consumed == 6, "the second round");
    }

    [Test]
    public async Task SkipAccumulatedMessage_moves_a_group_to_the_end()
    {
        var topic = await TopicWithMessagesAsync("Skip", 5);
        await GroupAtAsync("SkipGroup", topic, 1);
        (await LiveHost.RunAsync($"skipAccumulatedMessage -g SkipGroup -t {topic}")).Done();
        Assert.That(await OffsetAsync("SkipGroup", topic), Is.EqualTo(5));
    }

    [Test]
    public async Task CloneGroupOffset_puts_a_group_where_another_is()
    {
        var topic = await TopicWithMessagesAsync("Clone", 5);
        await GroupAtAsync("CloneSource", topic, 2);
        (await LiveHost.RunAsync($"updateSubGroup -c {LiveHost.Cluster} -g CloneTarget")).Done();
        var run = await LiveHost.RunAsync($"cloneGroupOffset -s CloneSource -d CloneTarget -t {topic}");
        Assert.That(run.Done().Output, Does.Contain("clone group offset success."));
        Assert.That(await OffsetAsync("CloneTarget", topic), Is.EqualTo(2));
    }

    private async Task<string> TopicWithMessagesAsync(string topic, int count)
    {
        await LiveHost.MakeTopicAsync($"{topic} -r 1 -w 1");
        for (var i = 0; i < count; i++)
        {
            await _producer.SendAsync(new Message(topic, "x"u8.ToArray()));
        }

        return topic;
    }

    private async Task GroupAtAsync(string group, string topic, long offset)
    {
        (await LiveHost.RunAsync($"updateSubGroup -c {LiveHost.Cluster} -g {group}")).Done();
        await _client.Admin.Offsets.UpdateAsync(LiveHost.Host.Broker, group, topic, 0, offset);
    }

    private Task<long?> OffsetAsync(string group, string topic) =>
        _client.CreatePullConsumer(group).GetOffsetAsync(new(topic, LiveHost.BrokerName, 0));
}
