using RocketMQ.Broker.Tests.Popping;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.Store;

namespace RocketMQ.Broker.Tests.Pulling;

public class LightQueueTests
{
    private static readonly Func<StoreOptions, StoreOptions> WithLightQueues = s => s with { EnableLmq = true, EnableMultiDispatch = true };

    [Test]
    public async Task A_message_stands_in_every_light_queue_it_names()
    {
        await using var broker = await TestBroker.StartAsync(configureStore: WithLightQueues);
        await SendAsync(broker, 1, "%LMQ%a,%LMQ%b");
        await SendAsync(broker, 2, "%LMQ%b");
        await SendAsync(broker, 3, null);

        var own = TestBroker.Messages(await broker.PullAsync("Events", 0, 0));
        Assert.Multiple(async () =>
        {
            Assert.That(await BodiesAsync(broker, "%LMQ%a"), Is.EqualTo(new[] { 1 }));
            Assert.That(await BodiesAsync(broker, "%LMQ%b"), Is.EqualTo(new[] { 1, 2 }));
            Assert.That(own.Select(m => m.Body[0]), Is.EqualTo(new[] { 1, 2, 3 }));
            Assert.That(own.Select(m => m.Properties.GetValueOrDefault("INNER_MULTI_QUEUE_OFFSET")), Is.EqualTo(new[] { "0,0", "1", null }));
        });
    }

    [Test]
    public async Task A_pull_that_waits_on_a_light_queue_is_answered_when_a_message_names_it()
    {
        await using var broker = await TestBroker.StartAsync(configureStore: WithLightQueues);
        var waiting = broker.PullAsync("%LMQ%a", 0, 0, waitMs: 10_000);

        await SendAsync(broker, 7, "%LMQ%a");

        Assert.That(TestBroker.Messages(await waiting).Single().Body[0], Is.EqualTo(7));
    }

    [Test]
    public async Task Light_queues_and_their_groups_carry_on_after_a_restart()
    {
        var directory = Directory.CreateTempSubdirectory("rocketmq-lmq-").FullName;
        await using (var first = await TestBroker.StartAsync(configureStore: WithLightQueues, directory: directory))
        {
            await SendAsync(first, 1, "%LMQ%a");
            await SendAsync(first, 2, "%LMQ%a");
            await CommitAsync(first, "%LMQ%a", "%LMQ%g", 1);
            await CommitAsync(first, "%LMQ%a", "usual", 2);
        }

        var offsets = await File.ReadAllTextAsync(Path.Combine(directory, "config", "lmqConsumerOffset.json"));
        await using (var second = await TestBroker.StartAsync(configureStore: WithLightQueues, directory: directory))
        {
            await SendAsync(second, 3, "%LMQ%a");
            Assert.That(await BodiesAsync(second, "%LMQ%a"), Is.EqualTo(new[] { 1, 2, 3 }));
            Assert.That(await OffsetAsync(second, "%LMQ%a", "%LMQ%g"), Is.EqualTo(1));
            Assert.That(await OffsetAsync(second, "%LMQ%a", "usual"), Is.EqualTo(2));
        }

        Assert.That(offsets, Does.Contain("\"lmqOffsetTable\"").And.Contain("\"%LMQ%a@%LMQ%g\":1"));
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task Apaches_light_queues_are_read_and_written_on()
    {
        using var golden = GoldenStore.Unpack("store-lmq");
        await using var broker = await TestBroker.StartAsync(
            configureStore: _ => golden.Options with { EnableLmq = true, EnableMultiDispatch = true }, directory: golden.Path);
        Assert.That(await OffsetAsync(broker, "%LMQ%a", "%LMQ%g"), Is.EqualTo(1));
        Assert.That(await OffsetAsync(broker, "%LMQ%b", "G_LMQ"), Is.EqualTo(1));

        var sent = await broker.SendAsync("GoldenLmq", [9], properties: [new("INNER_MULTI_DISPATCH", "%LMQ%a,%LMQ%c")]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
        var a = TestBroker.Messages(await broker.PullAsync("%LMQ%a", 0, 0));
        Assert.That(a.Select(m => m.Keys), Is.EqualTo(new[] { "lmq-0", "lmq-3", null }));
        Assert.That(a[2].Properties["INNER_MULTI_QUEUE_OFFSET"], Is.EqualTo("2,2"));
        Assert.That(TestBroker.Messages(await broker.PullAsync("%LMQ%b", 0, 0)).Select(m => m.Keys), Is.EqualTo(new[] { "lmq-0", "lmq-1", "lmq-3", "lmq-4" }));
    }

    [Test]
    public async Task A_light_queue_is_a_topic_like_any_other_that_nobody_has_to_create()
    {
        await using var broker = await TestBroker.StartAsync(
            o => o with { AutoCreateTopicEnable = false }, WithLightQueues);
        await broker.CreateTopicAsync("Events");
        await SendAsync(broker, 1, "%LMQ%a");

        var sent = await broker.SendAsync("%LMQ%a", [2]);
        await SendAsync(broker, 3, "%LMQ%a");
        var popped = await broker.PopAsync("%LMQ%a", 0, "%LMQ%g");
        var ack = await broker.AckAsync(popped.Messages[0], "%LMQ%g");

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
        Assert.That(await BodiesAsync(broker, "%LMQ%a"), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(popped.Messages.Select(m => (int)m.Message.Body[0]), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(ack.Code, Is.EqualTo(ResponseCode.Success), ack.Remark);
    }

    [Test]
    public async Task Light_queues_and_groups_fill_no_configuration()
    {
        var directory = Directory.CreateTempSubdirectory("rocketmq-lmq-").FullName;
        await using (var broker = await TestBroker.StartAsync(configureStore: WithLightQueues, directory: directory))
        {
            await SendAsync(broker, 1, "%LMQ%a");
            await broker.PullAsync("%LMQ%a", 0, 0, group: "%LMQ%g");
            await CommitAsync(broker, "%LMQ%a", "%LMQ%g", 1);
            await broker.PullAsync("%LMQ%a", 0, 0, group: "usual");
        }

        Assert.That(await File.ReadAllTextAsync(Path.Combine(directory, "config", "topics.json")), Does.Not.Contain("%LMQ%"));
        Assert.That(
            await File.ReadAllTextAsync(Path.Combine(directory, "config", "subscriptionGroup.json")), Does.Not.Contain("%LMQ%").And.Contain("usual"));
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task Where_light_queues_are_not_enabled_there_are_none()
    {
        await using var broker = await TestBroker.StartAsync();

        var pulled = await broker.PullAsync("%LMQ%a", 0, 0);

        Assert.That(pulled.Code, Is.EqualTo(ResponseCode.TopicNotExist));
    }

    private static async Task SendAsync(TestBroker broker, byte body, string? queues) => Assert.That(
        (await broker.SendAsync("Events", [body], properties: queues is null ? [] : [new("INNER_MULTI_DISPATCH", queues)])).Code,
        Is.EqualTo(ResponseCode.Success));

    private static async Task<int[]> BodiesAsync(TestBroker broker, string queue) =>
        [.. TestBroker.Messages(await broker.PullAsync(queue, 0, 0)).Select(m => (int)m.Body[0])];

    private static async Task CommitAsync(TestBroker broker, string topic, string group, long offset) => Assert.That(
        (await broker.CommitAsync(group, topic, offset)).Code,
        Is.EqualTo(ResponseCode.Success));

    private static async Task<long> OffsetAsync(TestBroker broker, string topic, string group) =>
        (await broker.CallAsync(RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequestHeader { ConsumerGroup = group, Topic = topic, QueueId = 0 }))
        .ReadHeader<QueryConsumerOffsetResponseHeader>().Offset;
}
