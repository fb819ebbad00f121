using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Popping;

public class OrderedPopTests
{
    [Test]
    public async Task Nothing_more_comes_from_a_queue_until_all_is_acknowledged()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendManyAsync("Orders", 5);

        var first = await PopAsync(broker, "att1", count: 3);
        var blocked = await PopAsync(broker, "att2");
        foreach (var message in first.Messages)
        {
            Assert.That((await broker.AckAsync(message)).Code, Is.EqualTo(ResponseCode.Success));
        }

        var next = await PopAsync(broker, "att3");

        Assert.Multiple(() =>
        {
            Assert.That(first.Bodies, Is.EqualTo(new[] { 0, 1, 2 }));
            Assert.That(first.Header.ReviveQid, Is.EqualTo(999));
            Assert.That(first.Header.OrderCountInfo, Is.EqualTo("0 0 0"));
            Assert.That(first.Header.MsgOffsetInfo, Is.EqualTo("0 0 0,1,2"));
            Assert.That(blocked.Code, Is.EqualTo(ResponseCode.PollingTimeout));
            Assert.That(blocked.Header.OrderCountInfo, Is.Empty);
            Assert.That(blocked.Header.RestNum, Is.Zero);
            Assert.That(next.Bodies, Is.EqualTo(new[] { 3, 4 }));
        });
    }

    [Test]
    public async Task A_repeated_attempt_gets_the_same_messages_again()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendManyAsync("Orders", 2);

        await PopAsync(broker, "att1");
        var again = await PopAsync(broker, "att1");

        Assert.That(again.Bodies, Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public async Task What_is_not_acknowledged_in_time_is_popped_again_from_there_and_counted()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendManyAsync("Orders", 4);
        var first = await PopAsync(broker, "att1", count: 3, invisibleMs: 10_000);
        await broker.AckAsync(first.Messages[0]);

        clock.Advance(TimeSpan.FromSeconds(11));
        var again = await PopAsync(broker, "att2");

        Assert.That(again.Bodies, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(again.Header.OrderCountInfo, Is.EqualTo("0 qo0%1 1;0 qo0%2 1;0 0 0"));
    }

    [Test]
    public async Task A_waiting_pop_gets_its_turn_when_the_queue_is_free()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendManyAsync("Orders", 2);
        await PopAsync(broker, "att1", invisibleMs: 5_000);

        var waiting = PopAsync(broker, "att2", pollMs: 60_000);
        for (var i = 0; i < 10 && !waiting.IsCompleted; i++)
        {
            await Task.Delay(20);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That((await waiting).Bodies, Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public async Task A_changed_invisible_time_holds_the_queue_longer()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendManyAsync("Orders", 1);
        var first = await PopAsync(broker, "att1", invisibleMs: 10_000);

        clock.Advance(TimeSpan.FromSeconds(4));
        var changed = await broker.ChangeInvisibleAsync(first.Messages[0], 20_000);
        clock.Advance(TimeSpan.FromSeconds(10));
        var blocked = await PopAsync(broker, "att2");
        clock.Advance(TimeSpan.FromSeconds(11));
        var again = await PopAsync(broker, "att3");

        Assert.That(changed.ReadHeader<ChangeInvisibleTimeResponseHeader>().InvisibleTime, Is.EqualTo(24_000), "counted from the pop");
        Assert.That(blocked.Messages, Is.Empty);
        Assert.That(again.Bodies, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task The_order_survives_a_restart()
    {
        var clock = new VirtualTimeProvider();
        var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendManyAsync("Orders", 3);
        var first = await PopAsync(broker, "att1", count: 2, invisibleMs: 10_000);
        await broker.AckAsync(first.Messages[0]);

        await using var restarted = await broker.RestartAsync(time: clock);
        var blocked = await PopAsync(restarted, "att2");
        await restarted.AckAsync(first.Messages[1]);
        var next = await PopAsync(restarted, "att3");

        Assert.That(blocked.Messages, Is.Empty);
        Assert.That(next.Bodies, Is.EqualTo(new[] { 2 }));
        Directory.Delete(restarted.Directory, recursive: true);
    }

    [Test]
    public async Task An_acknowledgement_of_what_the_last_pop_did_not_hold_is_refused()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendManyAsync("Orders", 3);
        var first = await PopAsync(broker, "att1", count: 1);

        var ack = await broker.CallAsync(RequestCode.AckMessage, new AckMessageRequestHeader
        {
            ConsumerGroup = "poppers", Topic = "Orders", QueueId = 0, ExtraInfo = first.Messages[0].Receipt, Offset = 2,
        });

        Assert.That(ack.Code, Is.EqualTo(ResponseCode.MessageIllegal));
        Assert.That(ack.Remark, Does.StartWith("offset is illegal"));
    }

    private static Task<Popped> PopAsync(TestBroker broker, string attempt, int count = 32, long invisibleMs = 60_000, long pollMs = 0) =>
        broker.PopAsync("Orders", 0, count: count, invisibleMs: invisibleMs, pollMs: pollMs, order: true, attemptId: attempt);
}
