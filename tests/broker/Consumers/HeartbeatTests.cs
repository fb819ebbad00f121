using System.Buffers;
using System.IO.Compression;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Consumers;

/// <summary>Heartbeats of version 2, which leave subscriptions out while they stay as they are; frames are those of a Java client.</summary>
public class HeartbeatTests
{
    private const string WithSubscriptions = "0095-client_to_broker-HEART_BEAT-json.bin";
    private const string WithoutSubscriptions = "0127-client_to_broker-HEART_BEAT-json.bin";
    private const string Version1 = "0092-client_to_broker-HEART_BEAT-json.bin";

    [Test]
    public async Task A_client_leaves_its_subscriptions_out_once_the_broker_has_them()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("GoldenTags");

        var first = await BeatAsync(broker, WithSubscriptions);
        var second = await BeatAsync(broker, WithSubscriptions);
        var third = await BeatAsync(broker, WithoutSubscriptions);
        var fourth = await BeatAsync(broker, WithoutSubscriptions);

        Assert.That((first, second, third, fourth), Is.EqualTo(("true", "false", "false", "false")), "a group that is new has changed");
        Assert.That(await IdsAsync(broker, "G_PUSHV2"), Does.Contain("192.0.2.2@G_PUSHV2"));
    }

    [Test]
    public async Task A_broker_that_does_not_know_the_subscriptions_asks_until_it_gets_them()
    {
        await using var broker = await TestBroker.StartAsync();

        var unknown = await BeatAsync(broker, WithoutSubscriptions);
        var still = await BeatAsync(broker, WithoutSubscriptions);
        await BeatAsync(broker, WithSubscriptions);
        var known = await BeatAsync(broker, WithoutSubscriptions);

        Assert.That((unknown, still, known), Is.EqualTo(("true", "true", "false")));
    }

    [Test]
    public async Task Members_that_disagree_both_go_on_sending_their_subscriptions()
    {
        await using var broker = await TestBroker.StartAsync();
        await BeatAsync(broker, WithSubscriptions);
        Assert.That(await BeatAsync(broker, WithSubscriptions), Is.EqualTo("false"));

        await broker.CallJsonAsync(RequestCode.HeartBeat, null, new HeartbeatData
        {
            ClientId = "another", HeartbeatFingerprint = 4711, ConsumerDataSet = [new ConsumerData { GroupName = "G_PUSHV2" }],
        });

        Assert.That(await BeatAsync(broker, WithoutSubscriptions), Is.EqualTo("true"));
    }

    [Test]
    public async Task A_client_of_version_1_is_always_told_to_send_its_subscriptions()
    {
        await using var broker = await TestBroker.StartAsync();

        Assert.That(await BeatAsync(broker, Version1), Is.EqualTo("true"));
        Assert.That(await BeatAsync(broker, Version1), Is.EqualTo("true"));
    }

    [Test]
    public async Task A_subscription_that_only_gets_newer_reaches_the_filters_too()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        var file = Path.Combine(broker.Directory, "config", "consumerFilter.json");

        foreach (var (expression, version) in new[] { ("a > 1", 1), ("a > 2", 2) })
        {
            await broker.HeartbeatAsync("client", consumer: new ConsumerData
            {
                GroupName = "filterers",
                SubscriptionDataSet = [new SubscriptionData { Topic = "Orders", ExpressionType = "SQL92", SubString = expression, SubVersion = version }],
            });
        }

        await Eventually.GetAsync(
            clock, TimeSpan.FromSeconds(1), async () => File.Exists(file) && (await File.ReadAllTextAsync(file)).Contains("\"a > 2\"") ? "" : null, "the newer expression");
    }

    [Test]
    public async Task A_group_that_may_not_broadcast_is_refused_when_it_pulls()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.File("config"));
        await File.WriteAllTextAsync(
            folder.File("config/subscriptionGroup.json"),
            """{"subscriptionGroupTable":{"shared":{"groupName":"shared","consumeBroadcastEnable":false}},"dataVersion":{}}""");
        await using var broker = await TestBroker.StartAsync(directory: folder.Path);
        await broker.SendAsync("Orders", [0]);

        var pulled = new List<(string, int)>();
        foreach (var group in new[] { "shared", "usual" })
        {
            await broker.HeartbeatAsync("client", consumer: new ConsumerData
            {
                GroupName = group, MessageModel = MessageModel.Broadcasting, SubscriptionDataSet = [new SubscriptionData { Topic = "Orders", SubString = "*" }],
            });
            pulled.Add((group, (await PullAsRegisteredAsync(broker, group)).Code));
        }

        Assert.That(pulled, Is.EqualTo(new[] { ("shared", ResponseCode.NoPermission), ("usual", ResponseCode.Success) }));
    }

    private static Task<RemotingCommand> PullAsRegisteredAsync(TestBroker broker, string group) =>
        broker.CallAsync(RequestCode.PullMessage, new Protocol.Headers.PullMessageRequestHeader
        {
            ConsumerGroup = group, Topic = "Orders", QueueId = 0, MaxMsgNums = 1,
        });

    /// <returns>What the client is told of its subscriptions: whether they have changed.</returns>
    private static async Task<string> BeatAsync(TestBroker broker, string frame)
    {
        var response = await broker.CallAsync(RequestCode.HeartBeat, body: BodyOf(frame));
        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success), response.Remark);
        Assert.That(response.Fields?["IS_SUPPORT_HEART_BEAT_V2"], Is.EqualTo("true"));
        return response.Fields["IS_SUB_CHANGE"]!;
    }

    private static async Task<string> IdsAsync(TestBroker broker, string group)
    {
        var response = await broker.CallAsync(
            RequestCode.GetConsumerListByGroup, new Protocol.Headers.GetConsumerListByGroupRequestHeader { ConsumerGroup = group });
        return System.Text.Encoding.UTF8.GetString(response.Body.FirstSpan);
    }

    private static byte[] BodyOf(string frame)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "golden", "frames-5.3.3-json.zip"));
        using var content = archive.GetEntry(frame)!.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        var command = new RemotingCommand();
        Assert.That(CommandCodec.Decode(new ReadOnlySequence<byte>(bytes.ToArray().AsMemory(4)), command), Is.Null);
        return command.Body.ToArray();
    }
}
