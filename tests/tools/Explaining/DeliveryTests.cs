using RocketMQ.Client;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Tools.Tests.Explaining;

/// <summary>Messages in their topic, and groups that get them or do not.</summary>
public sealed class DeliveryTests : ExplainTest
{
    [Test]
    public async Task A_message_that_was_consumed()
    {
        await using var consumer = await ConsumeAsync();
        var explanation = await BecomesAsync(await SendAsync(), "Consumed");
        Assert.That(Story(explanation).Single(), Does.StartWith("Stored by 127.0.0.1").And.Contain($"{Topic}, broker broker-a, queue 0, offset 0, tag A"));
    }

    [Test]
    public async Task Messages_in_a_members_hands_and_behind_them()
    {
        var release = new TaskCompletionSource();
        await using var consumer = await ConsumeAsync(
            o => o with { PullBatchSize = 1, MaxMessagesPerQueue = 1, MaxConcurrency = 1 },
            handler: async (_, _) =>
            {
                await release.Task;
                return ConsumeResult.Success;
            });
        var sent = new List<SendReceipt>();
        for (var i = 0; i < 8; i++)
        {
            sent.Add(await SendAsync());
        }

        var first = await BecomesAsync(sent[0], "InHand");
        var last = await BecomesAsync(sent[7], "Waiting");
        release.SetResult();
        Assert.Multiple(() =>
        {
            Assert.That(Reason(first), Does.Contain("has not said that it is done"));
            Assert.That(Reason(last), Does.Contain("waits behind 7 messages"));
        });
        await BecomesAsync(sent[7], "Consumed");
    }

    [Test]
    public async Task A_group_whose_members_are_gone()
    {
        await using (await ConsumeAsync())
        {
            await BecomesAsync(await SendAsync(), "Consumed");
        }

        await SendAsync();
        var explanation = await BecomesAsync(await SendAsync(), "GroupOffline");
        Assert.That(Reason(explanation), Does.Contain("go on at offset 1, 1 message before this one"));
    }

    [Test]
    public async Task An_offset_beyond_the_message()
    {
        var sent = await SendAsync();
        await Client.Admin.Groups.CreateOrUpdateAsync(Host.Broker, new SubscriptionGroupConfig { GroupName = Group });
        await Client.Admin.Offsets.UpdateAsync(Host.Broker, Group, Topic, 0, 1);
        var explanation = await BecomesAsync(sent, "Consumed");
        Assert.That(Reason(explanation), Does.Contain("goes on at offset 1").And.Contain("skipped by a reset"));
    }

    [Test]
    public async Task Another_tag()
    {
        await using var consumer = await ConsumeAsync(filter: FilterExpression.Tags("B", "C"));
        var explanation = await BecomesAsync(await SendAsync(), "FilteredByTag");
        Assert.That(Reason(explanation), Does.Contain("with tags 'B || C'").And.Contain("tag 'A'"));
    }

    [Test]
    public async Task A_condition_that_is_not_true()
    {
        await using var consumer = await ConsumeAsync(filter: FilterExpression.Sql("price > 10"));
        var cheap = await SendAsync(m => m with { Properties = new Dictionary<string, string> { ["price"] = "5" } });
        var dear = await SendAsync(m => m with { Properties = new Dictionary<string, string> { ["price"] = "50" } });
        Assert.That(Reason(await BecomesAsync(cheap, "FilteredBySql")), Does.Contain("price > 10"));
        await BecomesAsync(dear, "Consumed");
    }

    [Test]
    public async Task A_message_that_failed_comes_again_at_a_time()
    {
        await using var consumer = await ConsumeAsync(handler: (_, _) => new(ConsumeResult.LaterAt(9)));
        var explanation = await BecomesAsync(await SendAsync(), "Retrying");
        Assert.Multiple(() =>
        {
            Assert.That(Reason(explanation), Does.Contain("waits for retry 1 at delay level 9 (5 min)"));
            Assert.That(Story(explanation), Has.Some.Contains($"Sent back by group {Group}"));
            Assert.That(LastTime(explanation), Is.EqualTo(DateTimeOffset.UtcNow.AddMinutes(5)).Within(TimeSpan.FromSeconds(30)));
        });
    }

    [Test]
    public async Task A_message_that_was_given_up()
    {
        await using var consumer = await ConsumeAsync(handler: (_, _) => new(ConsumeResult.DeadLetter));
        var explanation = await BecomesAsync(await SendAsync(), "DeadLettered");
        Assert.That(Reason(explanation), Does.Contain($"%DLQ%{Group}"));
    }

    [Test]
    public async Task A_queue_that_someone_else_has_locked()
    {
        await LockAsync("ghost@1");
        await using var consumer = await ConsumeAsync(o => o with { Ordered = true });
        var explanation = await BecomesAsync(await SendAsync(), "QueueLocked");
        Assert.Multiple(() =>
        {
            Assert.That(Reason(explanation), Does.Contain("ghost@1 holds the queue, which is no longer a member"));
            Assert.That(LastTime(explanation), Is.EqualTo(DateTimeOffset.UtcNow.AddSeconds(60)).Within(TimeSpan.FromSeconds(30)));
        });
    }

    [Test]
    public async Task A_topic_that_may_not_be_read()
    {
        var sent = await SendAsync();
        await CreateTopicAsync(Topic, perm: 2);
        var explanation = await BecomesAsync(sent, "NotReadable");
        Assert.That((string?)explanation["advice"], Does.Contain("updateTopicPerm"));
    }

    [Test]
    public async Task A_group_that_may_not_consume()
    {
        await Client.Admin.Groups.CreateOrUpdateAsync(Host.Broker, new SubscriptionGroupConfig { GroupName = Group, ConsumeEnable = false });
        var explanation = await BecomesAsync(await SendAsync(), "GroupDisabled");
        Assert.That(Reason(explanation), Does.Contain("consumeEnable is false"));
    }

    [Test]
    public async Task A_topic_that_is_forbidden_to_the_group_alone()
    {
        await Client.Admin.Groups.CreateOrUpdateAsync(Host.Broker, new SubscriptionGroupConfig { GroupName = Group });
        await Client.Admin.InvokeAsync(Host.Broker, RemotingCommand.Request(
            RequestCode.UpdateAndGetGroupForbidden, new UpdateGroupForbiddenRequestHeader { Group = Group, Topic = Topic, Readable = false }));
        var explanation = await BecomesAsync(await SendAsync(), "GroupDisabled");
        Assert.That(Reason(explanation), Does.Contain("forbidden to it"));
    }

    [Test]
    public async Task A_popped_message_is_hidden_until_a_time_or_acknowledged()
    {
        var consumer = Client.CreateSimpleConsumer(new SimpleConsumerOptions
        {
            Group = Group,
            Subscriptions = new Dictionary<string, FilterExpression> { [Topic] = FilterExpression.All },
            InvisibleTime = TimeSpan.FromMinutes(3),
        });
        var sent = await SendAsync();
        var popped = (await consumer.ReceiveAsync(Topic)).Single();

        var hidden = await BecomesAsync(sent, "Invisible");
        Assert.That(LastTime(hidden), Is.EqualTo(DateTimeOffset.UtcNow.AddMinutes(3)).Within(TimeSpan.FromSeconds(30)));
        await consumer.AckAsync(popped);
        Assert.That(Reason(await BecomesAsync(sent, "Consumed")), Does.Contain("popped and acknowledged"));
    }

    [Test]
    public async Task A_group_that_subscribes_to_something_else()
    {
        await CreateTopicAsync("Parcels");
        await using var consumer = await ConsumeAsync(topic: "Parcels");
        await BecomesAsync(await SendAsync(), "NotSubscribed", because: $"does not subscribe to {Topic}, but to Parcels");
    }

    [Test]
    public async Task A_group_that_nobody_ever_used() =>
        Assert.That(Reason(await BecomesAsync(await SendAsync(), "NotSubscribed")), Does.Contain($"has no group {Group}"));

    [Test]
    public async Task Members_that_subscribe_differently()
    {
        var never = new TaskCompletionSource();
        MessageHandler slow = async (_, stop) =>
        {
            await never.Task.WaitAsync(stop);
            return ConsumeResult.Success;
        };
        await using var one = await ConsumeAsync(filter: FilterExpression.Tags("A"), handler: slow);
        await using var other = await ConsumeAsync(filter: FilterExpression.Tags("B"), handler: slow);
        var explanation = await BecomesAsync(await SendAsync(), "SubscriptionInconsistent");
        never.SetResult();
        Assert.That(Reason(explanation), Does.Contain("TAG A").And.Contain("TAG B"));
    }

    [Test]
    public async Task A_group_that_broadcasts()
    {
        await using var consumer = await ConsumeAsync(o => o with { Mode = ConsumeMode.Broadcasting, OffsetDirectory = Path.GetTempPath() });
        var explanation = await BecomesAsync(await SendAsync(), "Broadcast");
        Assert.That(Reason(explanation), Does.Contain("keeps its own offset"));
    }

    [Test]
    public async Task Messages_are_found_by_key_for_every_group_of_the_topic()
    {
        await using var consumer = await ConsumeAsync();
        var sent = await SendAsync(m => m with { Keys = ["order-7"] });
        await BecomesAsync(sent, "Consumed");
        var explanation = await ExplainAsync($"-k order-7 -t {Topic}");
        Assert.Multiple(() =>
        {
            Assert.That((string?)explanation["messageId"], Is.EqualTo(sent.MessageId));
            Assert.That((string?)explanation["group"], Is.EqualTo(Group));
            Assert.That((string?)explanation["verdict"], Is.EqualTo("Consumed"));
        });
    }

    [Test]
    public async Task An_id_that_the_broker_gave_needs_no_topic()
    {
        var sent = await SendAsync();
        var explanation = await ExplainAsync($"-i {sent.OffsetMessageId}");
        Assert.That(((string?)explanation["verdict"], (string?)explanation["topic"]), Is.EqualTo(("NoGroup", Topic)));
    }

    [Test]
    public async Task A_group_alone_is_told_why_it_is_behind()
    {
        await using (await ConsumeAsync())
        {
            await BecomesAsync(await SendAsync(), "Consumed");
        }

        await SendAsync();
        var outcome = (await RunAsync($"-g {Group}")).Done();
        Assert.That(outcome.Output, Does.Contain("the group is 1 behind").And.Contain("GroupOffline").And.Contain("What to do: Start a consumer"));
    }

    [Test]
    public async Task Nothing_named_is_bad_usage()
    {
        Assert.That((await RunAsync("--json")).Refused(2), Does.Contain("-g"));
        Assert.That((await RunAsync("-k order-7")).Refused(2), Does.Contain("-t"));
    }

    private Task<RemotingCommand> LockAsync(string clientId) => Client.Admin.InvokeAsync(
        Host.Broker,
        RemotingCommand.Request(RequestCode.LockBatchMq, body: RemotingJson.Serialize(new LockBatchRequestBody
        {
            ConsumerGroup = Group, ClientId = clientId, MqSet = [new MessageQueue(Topic, "broker-a", 0)],
        })));
}
