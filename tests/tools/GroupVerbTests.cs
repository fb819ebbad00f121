using RocketMQ.Client;
using RocketMQ.Tools.Tests.Support;

namespace RocketMQ.Tools.Tests;

/// <summary>Verbs about consumer and producer groups, with members connected.</summary>
public class GroupVerbTests
{
    private const string Topic = "GroupVerbs";
    private const string Group = "GroupVerbsConsumers";

    private RocketMQClient _client = null!;
    private Producer _producer = null!;
    private PushConsumer _consumer = null!;
    private int _consumed;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        await LiveHost.MakeTopicAsync($"{Topic} -r 2 -w 2");
        _client = LiveHost.NewClient();
        _producer = _client.CreateProducer(new ProducerOptions { Group = "GroupVerbsProducers" });
        _consumer = await _client.StartPushConsumerAsync(
            new PushConsumerOptions
            {
                Group = Group,
                Subscriptions = new Dictionary<string, FilterExpression> { [Topic] = FilterExpression.Tags("A") },
                ConsumeFrom = ConsumeFrom.FirstOffset,
            },
            (_, _) =>
            {
                Interlocked.Increment(ref _consumed);
                return new(ConsumeResult.Success);
            });
        for (var i = 0; i < 4; i++)
        {
            await _producer.SendAsync(new Message(Topic, "x"u8.ToArray()) { Tag = "A" });
        }

        await Eventually.TrueAsync(() => _consumed == 4, "the messages to be consumed");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _consumer.DisposeAsync();
        await _producer.DisposeAsync();
        await _client.DisposeAsync();
    }

    [Test]
    public async Task UpdateSubGroup_sets_what_getConsumerConfig_shows()
    {
        var made = (await LiveHost.RunAsync($"updateSubGroup -c {LiveHost.Cluster} -g MadeGroup -r 5 -q 2 -d true --json")).Done().Json;
        Assert.That((string?)made["done"]![0]!["server"], Is.EqualTo(LiveHost.Host.Broker));

        var config = (await LiveHost.RunAsync("getConsumerConfig -g MadeGroup --json")).Done().Json["brokers"]![0]!["config"]!;
        Assert.That((int)config["retryMaxTimes"]!, Is.EqualTo(5));
        Assert.That((int)config["retryQueueNums"]!, Is.EqualTo(2));
        Assert.That((bool)config["consumeBroadcastEnable"]!, Is.True);
    }

    [Test]
    public async Task UpdateSubGroup_takes_a_retry_policy()
    {
        var run = await LiveHost.RunAsync(
        [
            "updateSubGroup", "-b", LiveHost.Host.Broker, "-g", "PolicyGroup", "-n", LiveHost.Host.NameServer,
            "-p", """{"type":"CUSTOMIZED","customizedRetryPolicy":{"next":[1000,5000]}}""",
        ]);
        Assert.That(run.Done().Output, Does.Contain($"create subscription group to {LiveHost.Host.Broker} success."));
        Assert.That((await LiveHost.RunAsync("getConsumerConfig -g PolicyGroup")).Done().Output, Does.Contain("\"next\":[1000,5000]"));
    }

    [Test]
    public async Task GetConsumerConfig_says_where_to_look_when_nobody_knows_the_group() =>
        Assert.That((await LiveHost.RunAsync("getConsumerConfig -g NoSuchGroup")).Refused(1), Does.Contain("mqadmin consumerProgress"));

    [Test]
    public async Task DeleteSubGroup_makes_brokers_forget_a_group()
    {
        (await LiveHost.RunAsync($"updateSubGroup -c {LiveHost.Cluster} -g DoomedGroup")).Done();
        var run = await LiveHost.RunAsync($"deleteSubGroup -c {LiveHost.Cluster} -g DoomedGroup -r true");
        Assert.That(run.Done().Output, Does.Contain($"delete subscription group [DoomedGroup] from broker [{LiveHost.Host.Broker}]"));
        Assert.That((await LiveHost.RunAsync("getConsumerConfig -g DoomedGroup")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task SetConsumeMode_is_told_to_each_broker()
    {
        var run = await LiveHost.RunAsync($"setConsumeMode -c {LiveHost.Cluster} -t {Topic} -g PopGroup -m POP -q 2");
        Assert.That(run.Done().Output, Does.Contain($"set consume mode to {LiveHost.Host.Broker} success.").And.Contain("consume mode[POP]"));
    }

    [Test]
    public async Task ConsumerConnection_shows_members_and_subscriptions()
    {
        var found = (await LiveHost.RunAsync($"consumerConnection -g {Group} --json")).Done().Json;
        Assert.That((string?)found["connections"]![0]!["clientId"], Is.EqualTo(_client.ClientId));
        Assert.That((string?)found["connections"]![0]!["language"], Is.EqualTo("DOTNET"));
        Assert.That(found["subscriptions"]!.Select(s => $"{s["topic"]} {s["subExpression"]}"), Does.Contain($"{Topic} A"));
        Assert.That((string?)found["consumeType"], Is.EqualTo("CONSUME_PASSIVELY"));
    }

    [Test]
    public async Task ConsumerConnection_of_a_group_that_is_away_is_refused() =>
        Assert.That((await LiveHost.RunAsync("consumerConnection -g NobodyHere")).Refused(1), Does.Contain("CONSUMER_NOT_ONLINE"));

    [Test]
    public async Task ProducerConnection_shows_members()
    {
        // A producer is known from its first heartbeat on.
        await Eventually.TrueAsync(
            async () => (await LiveHost.RunAsync($"producerConnection -g GroupVerbsProducers -t {Topic}")).ExitCode == 0, "the producer to be known");
        var found = (await LiveHost.RunAsync($"producerConnection -g GroupVerbsProducers -t {Topic} --json")).Done().Json;
        Assert.That((string?)found["connections"]![0]!["clientId"], Is.EqualTo(_client.ClientId));
    }

    [Test]
    public async Task ConsumerStatus_asks_every_member()
    {
        var found = (await LiveHost.RunAsync($"consumerStatus -g {Group} --json")).Done().Json;
        Assert.That((string?)found["members"]![0]!["clientId"], Is.EqualTo(_client.ClientId));
        Assert.That((bool)found["sameSubscription"]!, Is.True);
    }

    [Test]
    public async Task ConsumerStatus_shows_one_member_in_full()
    {
        var found = (await LiveHost.RunAsync($"consumerStatus -g {Group} -i {_client.ClientId} --json")).Done().Json;
        Assert.That((string?)found["properties"]!["PROP_CONSUME_TYPE"], Is.EqualTo("CONSUME_PASSIVELY"));
        Assert.That(found["queues"]!.Select(q => (string)q["topic"]!), Does.Contain(Topic));
    }

    [Test]
    public async Task ConsumerProgress_shows_the_group_in_each_queue()
    {
        await _client.Admin.Offsets.UpdateAsync(LiveHost.Host.Broker, Group, Topic, 0, 1);
        var found = (await LiveHost.RunAsync($"consumerProgress -g {Group} -t {Topic} -s true --json")).Done().Json;
        Assert.That(found["queues"]!.Select(q => (int)q["queueId"]!), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(found["queues"]!.Sum(q => (long)q["brokerOffset"]!), Is.AtLeast(4));
        Assert.That((string?)found["queues"]![0]!["clientIp"], Is.EqualTo(_client.ClientId.Split('@')[0]));
    }

    [Test]
    public async Task ConsumerProgress_lists_all_groups()
    {
        var groups = (await LiveHost.RunAsync("consumerProgress --json")).Done().Json["groups"]!;
        var group = groups.Single(g => (string?)g["group"] == Group);
        Assert.That((int)group["count"]!, Is.EqualTo(1));
        Assert.That((string?)group["type"], Is.EqualTo("PUSH"));
    }

    [Test]
    public async Task StatsAll_shows_topics_and_their_groups()
    {
        var rows = (await LiveHost.RunAsync($"statsAll -t {Topic} --json")).Done().Json["topics"]!;
        Assert.That((string?)rows.Single(r => (string?)r["group"] == Group)["topic"], Is.EqualTo(Topic));
    }

    [Test]
    public async Task A_consumer_can_be_told_to_consume_a_message_now()
    {
        var receipt = await _producer.SendAsync(new Message(Topic, "again"u8.ToArray()) { Tag = "B", Keys = ["again"] });
        var before = _consumed;
        var run = await LiveHost.RunAsync($"queryMsgById -t {Topic} -i {receipt.OffsetMessageId} -g {Group} -d {_client.ClientId} --json");
        Assert.That((string?)run.Done().Json["results"]![0]!["consumeResult"], Is.EqualTo("CR_SUCCESS"));
        Assert.That(_consumed, Is.EqualTo(before + 1));
    }
}
