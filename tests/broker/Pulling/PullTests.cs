using System.Diagnostics;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Pulling;

public class PullTests
{
    [Test]
    public async Task A_waiting_pull_is_answered_within_milliseconds_of_the_messages_arrival()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [0]);
        await broker.PullAsync("Orders", 0, 0);

        var waiting = broker.PullAsync("Orders", 0, 1, waitMs: 10_000);
        await Task.Delay(100);
        Assert.That(waiting.IsCompleted, Is.False);
        var watch = Stopwatch.StartNew();
        await broker.SendAsync("Orders", [1]);
        var response = await waiting;

        Assert.That(TestBroker.Messages(response).Single().Body, Is.EqualTo(new byte[] { 1 }));
        Assert.That(watch.ElapsedMilliseconds, Is.LessThan(1000));
    }

    [Test]
    public async Task A_waiting_pull_that_gets_nothing_is_told_so_when_its_time_is_over()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [0]);

        var response = await broker.PullAsync("Orders", 0, 1, waitMs: 300);

        Assert.That(response.Code, Is.EqualTo(ResponseCode.PullNotFound));
        Assert.That(response.ReadHeader<PullMessageResponseHeader>().NextBeginOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task A_waiting_pull_is_not_woken_by_a_message_its_tags_exclude()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [0]);

        var waiting = broker.PullAsync("Orders", 0, 1, subscription: "A", waitMs: 10_000);
        await broker.SendAsync("Orders", [1], properties: [new("TAGS", "B")]);
        await broker.SendAsync("Orders", [2], properties: [new("TAGS", "A")]);
        var response = await waiting;

        Assert.That(TestBroker.Messages(response).Single().Body, Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task A_waiting_pull_is_not_woken_by_a_message_its_sql_excludes()
    {
        await using var broker = await TestBroker.StartAsync(o => o with { EnablePropertyFilter = true });
        await broker.SendAsync("Orders", [0]);

        var waiting = broker.PullAsync("Orders", 0, 1, subscription: "amount > 5 AND region = 'north'", type: "SQL92", waitMs: 10_000);
        await Task.Delay(100);
        for (var i = 0; i < 20; i++)
        {
            await broker.SendAsync("Orders", [1], properties: [new("amount", "7"), new("region", "south")]);
        }

        await broker.SendAsync("Orders", [2], properties: [new("amount", "7"), new("region", "north")]);
        var response = await waiting;

        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success), "it was woken for nothing");
        Assert.That(TestBroker.Messages(response).Single().Body, Is.EqualTo(new byte[] { 2 }));
        Assert.That(response.ReadHeader<PullMessageResponseHeader>().NextBeginOffset, Is.EqualTo(22));
    }

    [Test]
    public async Task One_message_answers_every_pull_that_waits_for_it_once()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [0]);

        var waiting = Enumerable.Range(0, 40).Select(i => broker.PullAsync("Orders", 0, 1, group: "g" + i, waitMs: 10_000)).ToList();
        await Task.Delay(200);
        await broker.SendAsync("Orders", [1]);

        foreach (var pull in waiting)
        {
            Assert.That(TestBroker.Messages(await pull).Single().Body, Is.EqualTo(new byte[] { 1 }));
        }
    }

    [Test]
    public async Task An_offset_past_the_end_is_moved_to_the_end()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [0]);

        var response = await broker.PullAsync("Orders", 0, 17);

        Assert.That(response.Code, Is.EqualTo(ResponseCode.PullOffsetMoved));
        Assert.That(response.ReadHeader<PullMessageResponseHeader>().NextBeginOffset, Is.EqualTo(1));
        Assert.That(response.Remark, Is.EqualTo("OFFSET_OVERFLOW_BADLY"));
    }

    [Test]
    public async Task A_pull_never_returns_more_messages_than_asked_for()
    {
        await using var broker = await TestBroker.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            await broker.SendAsync("Orders", [(byte)i]);
        }

        var first = await broker.PullAsync("Orders", 0, 0, count: 4);
        var next = first.ReadHeader<PullMessageResponseHeader>().NextBeginOffset;

        Assert.That(TestBroker.Messages(first), Has.Count.EqualTo(4));
        Assert.That(TestBroker.Messages(await broker.PullAsync("Orders", 0, next)).First().Body, Is.EqualTo(new byte[] { 4 }));
    }

    [Test]
    public async Task A_group_that_may_not_consume_gets_the_reason()
    {
        await using var broker = await TestBroker.StartAsync(o => o with { AutoCreateSubscriptionGroup = false });
        await broker.SendAsync("Orders", [0]);

        Assert.That((await broker.PullAsync("Orders", 0, 0)).Code, Is.EqualTo(ResponseCode.SubscriptionGroupNotExist));
    }

    [Test]
    public async Task A_young_queue_starts_a_new_group_at_zero_and_a_commit_moves_it()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [0]);

        var query = new QueryConsumerOffsetRequestHeader { ConsumerGroup = "consumers", Topic = "Orders" };
        Assert.That((await broker.CallAsync(RequestCode.QueryConsumerOffset, query)).ReadHeader<QueryConsumerOffsetResponseHeader>().Offset, Is.Zero);
        await broker.CommitAsync("consumers", "Orders", 1);

        Assert.That((await broker.CallAsync(RequestCode.QueryConsumerOffset, query)).ReadHeader<QueryConsumerOffsetResponseHeader>().Offset, Is.EqualTo(1));
    }
}
