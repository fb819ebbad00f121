using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Popping;

public class PopTests
{
    [Test]
    public async Task A_pop_takes_messages_of_all_queues_and_says_where_they_came_from()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders", queues: 2);
        await broker.SendManyAsync("Orders", 3, queueId: 0);
        await broker.SendManyAsync("Orders", 2, queueId: 1);

        var popped = await broker.PopAsync("Orders", count: 4);

        Assert.That(popped.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(popped.Messages, Has.Count.EqualTo(4));
        Assert.That(popped.Header.RestNum, Is.EqualTo(1));
        Assert.That(popped.Header.InvisibleTime, Is.EqualTo(60_000));
        Assert.That(
            popped.Header.StartOffsetInfo + "|" + popped.Header.MsgOffsetInfo,
            Is.AnyOf("0 0 0;0 1 0|0 0 0,1,2;0 1 0", "0 1 0;0 0 0|0 1 0,1;0 0 0,1"));
    }

    [Test]
    public async Task What_was_popped_is_hidden_from_the_group_but_not_from_others()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendManyAsync("Orders", 3);

        var first = await broker.PopAsync("Orders", 0);
        var again = await broker.PopAsync("Orders", 0);
        var other = await broker.PopAsync("Orders", 0, group: "others");

        Assert.That(first.Bodies, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(again.Code, Is.EqualTo(ResponseCode.PollingTimeout));
        Assert.That(again.Response.Remark, Is.EqualTo("NO_MESSAGE_IN_QUEUE"));
        Assert.That(again.Header.StartOffsetInfo, Is.Empty);
        Assert.That(other.Bodies, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public async Task Pops_take_the_revive_queues_in_turn()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendManyAsync("Orders", 3);

        var queues = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            queues.Add((await broker.PopAsync("Orders", 0, count: 1)).Header.ReviveQid);
        }

        Assert.That(queues, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public async Task A_waiting_pop_is_answered_by_the_message_it_waits_for()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders");

        var waiting = broker.PopAsync("Orders", pollMs: 10_000);
        await UntilWaitingAsync(broker, "Orders", -1, 1);
        await broker.SendAsync("Orders", [7], queueId: 3);
        var popped = await waiting;

        Assert.That(popped.Bodies, Is.EqualTo(new[] { 7 }));
        Assert.That(popped.Header.MsgOffsetInfo, Is.EqualTo("0 3 0"));
    }

    [Test]
    public async Task A_waiting_pop_is_not_woken_by_messages_its_tags_exclude()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [0], properties: [new("TAGS", "B")]);

        var waiting = broker.PopAsync("Orders", 0, pollMs: 10_000, expression: "A");
        await UntilWaitingAsync(broker, "Orders", 0, 1);
        await broker.SendAsync("Orders", [1], properties: [new("TAGS", "B")]);
        await broker.SendAsync("Orders", [2], properties: [new("TAGS", "A")]);
        var popped = await waiting;

        Assert.That(popped.Bodies, Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task A_waiting_pop_is_told_when_its_time_is_over()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders");

        var popped = await broker.PopAsync("Orders", pollMs: 200);

        Assert.That(popped.Code, Is.EqualTo(ResponseCode.PollingTimeout));
        Assert.That(popped.Header.PopTime, Is.GreaterThan(0));
        Assert.That(popped.Header.InvisibleTime, Is.EqualTo(60_000));
    }

    [Test]
    public async Task One_message_answers_one_of_the_waiting_pops()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders");

        var first = broker.PopAsync("Orders", pollMs: 10_000);
        await UntilWaitingAsync(broker, "Orders", -1, 1);
        var second = broker.PopAsync("Orders", pollMs: 10_000);
        await UntilWaitingAsync(broker, "Orders", -1, 2);
        await broker.SendAsync("Orders", [1]);
        await Task.WhenAny(first, second);
        await UntilWaitingAsync(broker, "Orders", -1, 1);
        await broker.SendAsync("Orders", [2]);

        var bodies = (await Task.WhenAll(first, second)).SelectMany(p => p.Bodies);
        Assert.That(bodies, Is.EquivalentTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task More_pops_than_may_wait_are_turned_away()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { MaxPopPollingSize = 1 });
        await broker.CreateTopicAsync("Orders");

        var waiting = broker.PopAsync("Orders", pollMs: 3_000);
        await UntilWaitingAsync(broker, "Orders", -1, 1);
        var turnedAway = await broker.PopAsync("Orders", pollMs: 3_000);

        Assert.That(turnedAway.Code, Is.EqualTo(ResponseCode.PollingFull));
        await broker.SendAsync("Orders", [1]);
        Assert.That((await waiting).Bodies, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task An_sql_expression_chooses_what_is_popped()
    {
        await using var broker = await TestBroker.StartAsync();
        for (var i = 0; i < 7; i++)
        {
            await broker.SendAsync("Orders", [(byte)i], properties: [new("num", $"{i}")]);
        }

        var popped = await broker.PopAsync("Orders", 0, count: 4, expression: "num > 2", type: "SQL92");

        Assert.That(popped.Bodies, Is.EqualTo(new[] { 3, 4, 5, 6 }));
        Assert.That(popped.Header.StartOffsetInfo, Is.EqualTo("0 0 0"));
        Assert.That(popped.Header.MsgOffsetInfo, Is.EqualTo("0 0 3,4,5,6"));
    }

    [Test]
    public async Task Messages_that_a_filter_passes_over_are_done_with()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [0], properties: [new("TAGS", "B")]);

        await broker.PopAsync("Orders", 0, expression: "A");
        var offset = await broker.CallAsync(
            RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequestHeader { ConsumerGroup = "poppers", Topic = "Orders", QueueId = 0 });

        Assert.That(offset.ReadHeader<QueryConsumerOffsetResponseHeader>().Offset, Is.EqualTo(1));
    }

    [Test]
    public async Task Bad_pops_are_refused_with_a_reason()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [0]);

        Assert.Multiple(async () =>
        {
            Assert.That((await broker.PopAsync("Orders", count: 33)).Code, Is.EqualTo(ResponseCode.InvalidParameter));
            Assert.That((await broker.PopAsync("NoSuchTopic")).Code, Is.EqualTo(ResponseCode.TopicNotExist));
            Assert.That((await broker.PopAsync("Orders", queueId: 99)).Code, Is.EqualTo(ResponseCode.InvalidParameter));
            var bad = await broker.PopAsync("Orders", expression: "num >>> 2", type: "SQL92");
            Assert.That(bad.Code, Is.EqualTo(ResponseCode.SubscriptionParseFailed));
            Assert.That(bad.Response.Remark, Does.StartWith("parse the consumer's subscription failed"));
            var late = await broker.PopAsync("Orders", pollMs: 100, bornTime: DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 10_000);
            Assert.That(late.Code, Is.EqualTo(ResponseCode.PollingTimeout));
        });
    }

    [Test]
    public async Task A_peek_shows_what_a_pop_would_give_and_takes_nothing()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendManyAsync("Orders", 3);
        var peek = new PeekMessageRequestHeader { ConsumerGroup = "poppers", Topic = "Orders", QueueId = 0, MaxMsgNums = 2 };

        var peeked = await broker.CallAsync(RequestCode.PeekMessage, peek);
        await broker.PopAsync("Orders");
        var empty = await broker.CallAsync(RequestCode.PeekMessage, peek);

        Assert.That(TestBroker.Messages(peeked).Select(m => (int)m.Body[0]), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(peeked.ReadHeader<PopMessageResponseHeader>().RestNum, Is.EqualTo(3));
        Assert.That(empty.Code, Is.EqualTo(ResponseCode.PullNotFound));
    }

    [Test]
    public async Task A_notification_comes_with_the_first_message()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders");
        NotificationRequestHeader Ask(long pollMs) => new()
        {
            ConsumerGroup = "poppers", Topic = "Orders", QueueId = -1, PollTime = pollMs, BornTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        };

        var nothing = await broker.CallAsync(RequestCode.Notification, Ask(100));
        var waiting = broker.CallAsync(RequestCode.Notification, Ask(10_000));
        await Task.Delay(50);
        await broker.SendAsync("Orders", [0]);

        Assert.That(nothing.ReadHeader<NotificationResponseHeader>().HasMsg, Is.False);
        Assert.That((await waiting).ReadHeader<NotificationResponseHeader>().HasMsg, Is.True);
    }

    [Test]
    public async Task What_an_earlier_process_wrote_is_popped_and_peeked_at_too()
    {
        var first = await TestBroker.StartAsync();
        await first.CreateTopicAsync("Orders", queues: 2);
        await first.SendManyAsync("Orders", 3, queueId: 1);
        await using var broker = await first.RestartAsync();

        var peeked = await broker.CallAsync(
            RequestCode.PeekMessage, new PeekMessageRequestHeader { ConsumerGroup = "poppers", Topic = "Orders", QueueId = 1, MaxMsgNums = 2 });
        var popped = await broker.PopAsync("Orders", count: 2);
        var rest = await broker.PopAsync("Orders");
        var nothing = await broker.PopAsync("Orders", pollMs: 100);

        Assert.That(TestBroker.Messages(peeked), Has.Count.EqualTo(2));
        Assert.That(popped.Bodies, Is.EqualTo(new[] { 0, 1 }));
        Assert.That(rest.Bodies, Is.EqualTo(new[] { 2 }));
        Assert.That(nothing.Code, Is.EqualTo(ResponseCode.PollingTimeout));
        await broker.DisposeAsync();
        Directory.Delete(broker.Directory, recursive: true);
    }

    private static async Task UntilWaitingAsync(TestBroker broker, string topic, int queueId, int count)
    {
        for (var i = 0; i < 500; i++)
        {
            var info = await broker.CallAsync(
                RequestCode.PollingInfo, new PollingInfoRequestHeader { ConsumerGroup = "poppers", Topic = topic, QueueId = queueId });
            if (info.ReadHeader<PollingInfoResponseHeader>().PollingNum == count)
            {
                return;
            }

            await Task.Delay(10);
        }

        Assert.Fail($"{count} pops should wait");
    }
}
