using System.Text;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Retrying;

public class SendBackTests
{
    private const string RetryTopic = "%RETRY%consumers";
    private const string DeadLetterTopic = "%DLQ%consumers";

    [Test]
    public async Task A_message_sent_back_comes_again_after_a_delay_that_grows_with_the_attempts()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        var origin = await SentAsync(broker);

        Assert.That((await SendBackAsync(broker, origin)).Code, Is.EqualTo(ResponseCode.Success));
        var first = await NextAsync(broker, clock, RetryTopic, 0);
        Assert.That((await SendBackAsync(broker, first)).Code, Is.EqualTo(ResponseCode.Success));
        var second = await NextAsync(broker, clock, RetryTopic, 1);

        Assert.Multiple(() =>
        {
            Assert.That(first.ReconsumeTimes, Is.EqualTo(1));
            Assert.That(first.Properties["DELAY"], Is.EqualTo("3"));
            Assert.That(first.StoreTimestamp - origin.StoreTimestamp, Is.GreaterThanOrEqualTo(10_000));
            Assert.That(second.ReconsumeTimes, Is.EqualTo(2));
            Assert.That(second.Properties["DELAY"], Is.EqualTo("4"));
            Assert.That(second.StoreTimestamp - first.StoreTimestamp, Is.GreaterThanOrEqualTo(30_000));
            Assert.That(second.Properties["RETRY_TOPIC"], Is.EqualTo("Orders"));
            Assert.That(second.Properties["ORIGIN_MESSAGE_ID"], Is.EqualTo(origin.OffsetMessageId));
            Assert.That(second.UniqueKey, Is.EqualTo(origin.UniqueKey));
            Assert.That(Encoding.UTF8.GetString(second.Body), Is.EqualTo("order"));
        });
    }

    [Test]
    public async Task After_the_groups_last_attempt_a_message_is_among_the_dead_letters_with_its_origin()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        var origin = await SentAsync(broker);

        await SendBackAsync(broker, origin, maxReconsumeTimes: 1);
        var retried = await NextAsync(broker, clock, RetryTopic, 0);
        await SendBackAsync(broker, retried, maxReconsumeTimes: 1);

        var dead = TestBroker.Messages(await broker.PullAsync(DeadLetterTopic, 0, 0)).Single();
        Assert.Multiple(() =>
        {
            Assert.That(dead.ReconsumeTimes, Is.EqualTo(2));
            Assert.That(dead.Properties["DELAY"], Is.EqualTo("0"));
            Assert.That(dead.Properties["RETRY_TOPIC"], Is.EqualTo("Orders"));
            Assert.That(dead.Properties["ORIGIN_MESSAGE_ID"], Is.EqualTo(origin.OffsetMessageId));
            Assert.That(dead.Properties.ContainsKey("DLQ_ORIGIN_TOPIC"), Is.False);
            Assert.That(dead.Keys, Is.EqualTo("k1"));
        });
        var byId = await broker.CallAsync(RequestCode.ViewMessageById, new ViewMessageRequestHeader { Offset = dead.PhysicalOffset });
        Assert.That(StoredMessage.ReadAll(byId.Body.FirstSpan).Single().OffsetMessageId, Is.EqualTo(dead.OffsetMessageId));
        var byKey = await Eventually.GetAsync(
            async () => TestBroker.Messages(await broker.CallAsync(RequestCode.QueryMessage, new QueryMessageRequestHeader
            {
                Topic = DeadLetterTopic, Key = "k1", MaxNum = 10, EndTimestamp = long.MaxValue,
            })) is { Count: > 0 } found ? found : null,
            "the index");
        Assert.That(byKey.Single().OffsetMessageId, Is.EqualTo(dead.OffsetMessageId));
    }

    [Test]
    public async Task A_negative_delay_level_sends_a_message_to_the_dead_letters_at_once()
    {
        await using var broker = await TestBroker.StartAsync();

        await SendBackAsync(broker, await SentAsync(broker), delayLevel: -1);

        Assert.That(TestBroker.Messages(await broker.PullAsync(DeadLetterTopic, 0, 0)), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_group_that_was_given_more_retry_queues_than_its_topic_has_finds_all_that_it_sends_back()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        var origin = await SentAsync(broker);
        await SendBackAsync(broker, origin);
        await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = "consumers", RetryQueueNums = 8 });

        for (var i = 0; i < 12; i++)
        {
            await SendBackAsync(broker, origin);
        }

        await NextAsync(broker, clock, RetryTopic, 12);
        Assert.That(TestBroker.Messages(await broker.PullAsync(RetryTopic, 0, 0)), Has.Count.EqualTo(13));
    }

    [Test]
    public async Task A_consumer_chooses_the_delay_level_itself()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        var origin = await SentAsync(broker);

        await SendBackAsync(broker, origin, delayLevel: 1);

        var again = await NextAsync(broker, clock, RetryTopic, 0);
        Assert.That(again.StoreTimestamp - origin.StoreTimestamp, Is.InRange(1000, 5000));
    }

    [Test]
    public async Task A_message_that_is_gone_cannot_be_sent_back()
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await broker.CallAsync(RequestCode.ConsumerSendMsgBack, new ConsumerSendMsgBackRequestHeader { Group = "consumers", Offset = 4711 });

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(answer.Remark, Does.Contain("4711"));
    }

    [TestCase(2, 1)]
    [TestCase(1, 0)]
    public async Task A_consumer_that_sends_its_retry_itself_fills_the_dead_letters_after_the_last_attempt(int reconsumeTimes, int deadLetters)
    {
        await using var broker = await TestBroker.StartAsync();

        await SendRetryAsync(broker, reconsumeTimes, maxReconsumeTimes: 1);

        Assert.That(TestBroker.Messages(await broker.PullAsync(DeadLetterTopic, 0, 0)), Has.Count.EqualTo(deadLetters));
    }

    [Test]
    public async Task What_an_ordered_group_gives_up_on_goes_to_the_dead_letters_directly()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CallJsonAsync(RequestCode.LockBatchMq, null, new LockBatchRequestBody
        {
            ClientId = "c1", ConsumerGroup = "consumers", MqSet = [new MessageQueue("Orders", "broker-a", 0)],
        });

        await SendRetryAsync(broker, reconsumeTimes: 1, maxReconsumeTimes: 16);

        Assert.That(TestBroker.Messages(await broker.PullAsync(DeadLetterTopic, 0, 0)), Has.Count.EqualTo(1));
    }

    private static Task<RemotingCommand> SendRetryAsync(TestBroker broker, int reconsumeTimes, int maxReconsumeTimes)
    {
        var header = TestBroker.SendHeader(RetryTopic, 0, [new("DELAY", "3"), new("RETRY_TOPIC", "Orders")]);
        header.ReconsumeTimes = reconsumeTimes;
        header.MaxReconsumeTimes = maxReconsumeTimes;
        return broker.CallAsync(RequestCode.SendMessageV2, header, [1]);
    }

    private static async Task<StoredMessage> SentAsync(TestBroker broker)
    {
        await broker.SendAsync("Orders", "order"u8.ToArray(), properties: [new("KEYS", "k1")]);
        return TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)).Single();
    }

    private static Task<RemotingCommand> SendBackAsync(TestBroker broker, StoredMessage message, int delayLevel = 0, int maxReconsumeTimes = 16) =>
        broker.CallAsync(RequestCode.ConsumerSendMsgBack, new ConsumerSendMsgBackRequestHeader
        {
            Group = "consumers",
            Offset = message.PhysicalOffset,
            DelayLevel = delayLevel,
            OriginMsgId = message.MessageId,
            OriginTopic = message.Topic,
            MaxReconsumeTimes = maxReconsumeTimes,
        });

    private static Task<StoredMessage> NextAsync(TestBroker broker, VirtualTimeProvider clock, string topic, long offset) => Eventually.GetAsync(
        clock,
        TimeSpan.FromMilliseconds(500),
        async () => TestBroker.Messages(await broker.PullAsync(topic, 0, offset)).FirstOrDefault(),
        $"message {offset} of {topic}");
}
