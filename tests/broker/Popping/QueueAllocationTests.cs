using RocketMQ.Broker.Popping;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Broker.Tests.Popping;

public class QueueAllocationTests
{
    private static readonly List<string> Three = ["a", "b", "c"];

    [TestCase("AVG", "a", "0,1,2")]
    [TestCase("AVG", "b", "3,4,5")]
    [TestCase("AVG", "c", "6,7")]
    [TestCase("AVG_BY_CIRCLE", "a", "0,3,6")]
    [TestCase("AVG_BY_CIRCLE", "c", "2,5")]
    [TestCase("AVG", "stranger", "")]
    public void Pulling_consumers_share_queues_without_overlap(string strategy, string consumer, string expected) =>
        Assert.That(Ids(QueueAllocation.ForPull(strategy, Queues(8), Three, consumer)), Is.EqualTo(expected));

    [TestCase(0, "-1")]
    [TestCase(2, "-1")]
    [TestCase(1, "6,7,0,1,2")]
    public void Popping_consumers_share_with_those_after_them(int shareNum, string expected) =>
        Assert.That(Ids(QueueAllocation.ForPop("AVG", Queues(8), Three, "c", shareNum)), Is.EqualTo(expected));

    [Test]
    public void More_popping_consumers_than_queues_get_one_each() =>
        Assert.That(Ids(QueueAllocation.ForPop("AVG", Queues(2), ["a", "b", "c", "d"], "c", 1)), Is.EqualTo("0"));

    [Test]
    public void An_unknown_strategy_changes_nothing() =>
        Assert.That(QueueAllocation.ForPull("MAGIC", Queues(8), Three, "a"), Is.Null);

    [Test]
    public async Task A_consumer_is_told_its_queues_and_its_mode()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders", queues: 1);
        await broker.HeartbeatAsync("192.0.2.2@G", consumer: new ConsumerData
        {
            GroupName = "G", MessageModel = MessageModel.Clustering, SubscriptionDataSet = [new SubscriptionData { Topic = "Orders" }],
        });

        Assert.Multiple(async () =>
        {
            Assert.That(await AskAsync(broker, "Orders"), Is.EqualTo(
                """{"messageQueueAssignments":[{"messageQueue":{"brokerName":"broker-a","queueId":0,"topic":"Orders"},"mode":"PULL"}]}"""));
            await broker.CallAsync(RequestCode.SetMessageRequestMode, body:
                [.. """{"consumerGroup":"G","mode":"POP","popShareQueueNum":0,"topic":"Orders"}"""u8]);
            Assert.That(await AskAsync(broker, "Orders"), Is.EqualTo(
                """{"messageQueueAssignments":[{"messageQueue":{"brokerName":"broker-a","queueId":-1,"topic":"Orders"},"mode":"POP"}]}"""));
            Assert.That(await AskAsync(broker, "%RETRY%G"), Does.Contain("\"mode\":\"PULL\""));
            Assert.That(await AskAsync(broker, "NoSuchTopic"), Is.EqualTo("{}"));
        });
    }

    [Test]
    public async Task A_mode_is_refused_for_retry_topics_and_unknown_topics()
    {
        await using var broker = await TestBroker.StartAsync();
        SetMessageRequestModeRequestBody Mode(string topic) => new() { Topic = topic, ConsumerGroup = "G", Mode = MessageRequestMode.Pop };

        Assert.That((await broker.CallJsonAsync(RequestCode.SetMessageRequestMode, null, Mode("%RETRY%G"))).Code, Is.EqualTo(ResponseCode.NoPermission));
        Assert.That((await broker.CallJsonAsync(RequestCode.SetMessageRequestMode, null, Mode("NoSuchTopic"))).Code, Is.EqualTo(ResponseCode.TopicNotExist));
    }

    private static async Task<string> AskAsync(TestBroker broker, string topic)
    {
        var response = await broker.CallAsync(RequestCode.QueryAssignment, body: System.Text.Encoding.UTF8.GetBytes(
            $$"""{"clientId":"192.0.2.2@G","consumerGroup":"G","messageModel":"CLUSTERING","strategyName":"AVG","topic":"{{topic}}"}"""));
        return System.Text.Encoding.UTF8.GetString(response.Body.FirstSpan);
    }

    private static List<MessageQueue> Queues(int count) => [.. Enumerable.Range(0, count).Select(id => new MessageQueue("Orders", "broker-a", id))];

    private static string Ids(List<MessageQueue>? queues) => string.Join(',', queues!.Select(q => q.QueueId));
}
