using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Popping;

public class ReviveTests
{
    [Test]
    public async Task What_is_not_acknowledged_comes_back_when_its_time_is_over()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendManyAsync("Orders", 3);
        var popped = await broker.PopAsync("Orders", 0, invisibleMs: 10_000);
        await broker.AckAsync(popped.Messages[1]);

        await AdvanceAsync(clock, 9);
        Assert.That((await broker.PopAsync("Orders")).Messages, Is.Empty, "not before its time");
        var again = await PopUntilAsync(broker, clock, 2);

        Assert.That(again.Select(m => (int)m.Message.Body[0]), Is.EquivalentTo(new[] { 0, 2 }));
        Assert.That(again.Select(m => m.Message.ReconsumeTimes), Is.All.EqualTo(1));
        Assert.That(again.Select(m => m.Message.Topic), Is.All.EqualTo("Orders"));
        Assert.That(again.Select(m => m.Message.Properties["1ST_POP_TIME"]), Is.All.EqualTo($"{popped.Header.PopTime}"));
        Assert.That(again[0].Receipt.Split(' ')[4], Is.EqualTo("1"));
    }

    [Test]
    public async Task How_far_it_is_brought_back_is_committed_when_what_came_back_is_on_the_disk()
    {
        var clock = new VirtualTimeProvider();
        using var disk = new CrowdedDisk();
        await using var broker = await TestBroker.StartAsync(time: clock, files: disk);
        await broker.SendManyAsync("Orders", 1);
        await broker.PopAsync("Orders", 0, invisibleMs: 5_000);

        disk.IsStuck = true;
        await PopUntilAsync(broker, clock, 1);
        var early = await BroughtBackAsync(broker);
        disk.IsStuck = false;
        await Eventually.GetAsync(
            clock, TimeSpan.FromSeconds(1), async () => await BroughtBackAsync(broker) >= 0 ? new object() : null, "the offset of what came back");

        Assert.That(early, Is.EqualTo(-1));
    }

    /// <summary>How far the revive topic is done with, in whichever of its queues something was.</summary>
    private static async Task<long> BroughtBackAsync(TestBroker broker)
    {
        var furthest = -1L;
        for (var queueId = 0; queueId < 8; queueId++)
        {
            var offset = await broker.CallAsync(RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequestHeader
            {
                ConsumerGroup = "CID_RMQ_SYS_REVIVE_GROUP", Topic = "rmq_sys_REVIVE_LOG_DefaultCluster", QueueId = queueId, SetZeroIfNotFound = false,
            });
            furthest = Math.Max(furthest, offset.Code == ResponseCode.Success ? offset.ReadHeader<QueryConsumerOffsetResponseHeader>().Offset : -1);
        }

        return furthest;
    }

    [TestCase(false, "1")]
    [TestCase(true, "2")]
    public async Task What_comes_back_can_be_acknowledged_in_either_form_of_retry_topic(bool isV2, string flag)
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(options => options with { EnableRetryTopicV2 = isV2 }, time: clock);
        await broker.SendManyAsync("Orders", 1);
        await broker.PopAsync("Orders", 0, invisibleMs: 5_000);

        var again = await PopUntilAsync(broker, clock, 1, invisibleMs: 5_000);
        var ack = await broker.AckAsync(again[0]);
        await AdvanceAsync(clock, 15);

        Assert.That(again[0].Receipt.Split(' ')[4], Is.EqualTo(flag));
        Assert.That(ack.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That((await broker.PopAsync("Orders")).Messages, Is.Empty);
    }

    [Test]
    public async Task Each_time_a_message_comes_back_it_is_counted_and_its_first_pop_stays_known()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendManyAsync("Orders", 1);
        var first = await broker.PopAsync("Orders", 0, invisibleMs: 5_000);

        await PopUntilAsync(broker, clock, 1, invisibleMs: 5_000);
        var third = await PopUntilAsync(broker, clock, 1, invisibleMs: 5_000);

        Assert.That(third[0].Message.ReconsumeTimes, Is.EqualTo(2));
        Assert.That(third[0].Message.Properties["1ST_POP_TIME"], Is.EqualTo($"{first.Header.PopTime}"));
    }

    [Test]
    public async Task A_batch_acknowledgement_counts_for_the_messages_whose_bits_are_set()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendManyAsync("Orders", 12);
        var popped = await broker.PopAsync("Orders", 0, invisibleMs: 5_000);

        // Offsets 0 and 9.
        var ack = await broker.CallJsonAsync(RequestCode.BatchAckMessage, null, new BatchAckMessageRequestBody
        {
            BrokerName = "broker-a",
            Acks =
            [
                new BatchAck
                {
                    ConsumerGroup = "poppers", Topic = "Orders", Retry = "0", StartOffset = 0, QueueId = 0, ReviveQueueId = popped.Header.ReviveQid,
                    PopTime = popped.Header.PopTime, InvisibleTime = 5_000, BitSet = Convert.FromBase64String("AQI="),
                },
            ],
        });
        var again = await PopUntilAsync(broker, clock, 10);

        Assert.That(ack.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(again.Select(m => (int)m.Message.Body[0]), Is.EquivalentTo(new[] { 1, 2, 3, 4, 5, 6, 7, 8, 10, 11 }));
    }

    [Test]
    public async Task A_changed_invisible_time_counts_from_the_change()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendManyAsync("Orders", 1);
        var popped = await broker.PopAsync("Orders", 0, invisibleMs: 5_000);

        var changed = await broker.ChangeInvisibleAsync(popped.Messages[0], 60_000);
        await AdvanceAsync(clock, 50);
        Assert.That((await broker.PopAsync("Orders")).Messages, Is.Empty);
        var again = await PopUntilAsync(broker, clock, 1);

        Assert.That(changed.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(again, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_waiting_pop_gets_what_comes_back()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendManyAsync("Orders", 1);
        await broker.PopAsync("Orders", 0, invisibleMs: 5_000);

        var waiting = broker.PopAsync("Orders", pollMs: 30_000);
        for (var i = 0; i < 20 && !waiting.IsCompleted; i++)
        {
            await AdvanceAsync(clock, 1);
        }

        Assert.That((await waiting).Bodies, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task Nothing_unacknowledged_is_lost_over_a_restart_and_nothing_acknowledged_comes_back()
    {
        var clock = new VirtualTimeProvider();
        var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendManyAsync("Orders", 4);
        var popped = await broker.PopAsync("Orders", 0, invisibleMs: 10_000);
        await broker.AckAsync(popped.Messages[0]);
        await broker.AckAsync(popped.Messages[2]);
        await AdvanceAsync(clock, 3);

        await using var restarted = await broker.RestartAsync(time: clock);
        var again = await PopUntilAsync(restarted, clock, 2);
        await AdvanceAsync(clock, 5);

        Assert.That(again.Select(m => (int)m.Message.Body[0]), Is.EquivalentTo(new[] { 1, 3 }));
        Assert.That((await restarted.PopAsync("Orders")).Messages, Is.Empty);
        Directory.Delete(restarted.Directory, recursive: true);
    }

    [Test]
    public async Task Retry_topics_that_the_other_setting_left_behind_are_still_popped()
    {
        var clock = new VirtualTimeProvider();
        var broker = await TestBroker.StartAsync(options => options with { EnableRetryTopicV2 = true }, time: clock);
        await broker.SendManyAsync("Orders", 1);
        await broker.PopAsync("Orders", 0, invisibleMs: 1_000);
        await AdvanceAsync(clock, 10);

        await using var restarted = await broker.RestartAsync(time: clock);
        var again = await PopUntilAsync(restarted, clock, 1);

        Assert.That(again[0].Receipt.Split(' ')[4], Is.EqualTo("2"));
        Directory.Delete(restarted.Directory, recursive: true);
    }

    [Test]
    public async Task Acknowledgements_of_nothing_are_refused()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendManyAsync("Orders", 1);
        var popped = (await broker.PopAsync("Orders", 0)).Messages[0];

        var beyond = await broker.AckAsync(popped with { Receipt = popped.Receipt.Replace(" 0 0 broker-a", " 77 0 broker-a", StringComparison.Ordinal) });
        var nonsense = await broker.AckAsync(popped with { Receipt = "when which how where 0 who" });
        var empty = await broker.CallAsync(RequestCode.BatchAckMessage);

        Assert.Multiple(() =>
        {
            Assert.That(beyond.Code, Is.EqualTo(ResponseCode.MessageIllegal), beyond.Remark);
            Assert.That(nonsense.Code, Is.EqualTo(ResponseCode.SystemError));
            Assert.That(empty.Code, Is.EqualTo(ResponseCode.NoMessage));
        });
    }

    [Test]
    public async Task A_delayed_message_does_not_wait_for_its_delay_again_when_it_comes_back()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendAsync("Orders", [1], properties: [new("DELAY", "9")]);
        await Eventually.GetAsync(
            clock, TimeSpan.FromSeconds(10), async () => (await broker.PopAsync("Orders", invisibleMs: 5_000)).Messages is { Count: 1 } ? "" : null, "the first time");
        var poppedAt = clock.GetUtcNow();

        await PopUntilAsync(broker, clock, 1);

        Assert.That(clock.GetUtcNow() - poppedAt, Is.LessThan(TimeSpan.FromMinutes(1)), "level 9 is five minutes");
    }

    [Test]
    public async Task A_message_with_no_room_for_another_property_comes_back_and_holds_nobody_up()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        var own = "CLUSTER_DefaultCluster_MSG_REGION_DefaultRegion_TRACE_ON_true_".Length + "UNIQ_KEY__".Length + 32;
        await broker.SendAsync("Orders", [0], properties: [new("long", new string('x', 32_767 - own - 8)), new("UNIQ_KEY", new string('a', 32))]);
        await broker.SendAsync("Orders", [1]);
        var popped = await broker.PopAsync("Orders", 0, invisibleMs: 5_000);

        var again = await PopUntilAsync(broker, clock, 2);

        Assert.That(popped.Messages, Has.Count.EqualTo(2));
        Assert.That(again.Select(m => (int)m.Message.Body[0]), Is.EquivalentTo(new[] { 0, 1 }));
        Assert.That(again.Count(m => m.Message.Properties.ContainsKey("1ST_POP_TIME")), Is.EqualTo(1));
    }

    [Test]
    public async Task Names_too_long_for_a_retry_topic_are_refused_before_anything_is_popped()
    {
        await using var broker = await TestBroker.StartAsync();
        var topic = new string('t', 100);
        await broker.SendManyAsync(topic, 1);

        var refused = await broker.PopAsync(topic, group: new string('g', 150));
        var ordered = await broker.PopAsync(topic, 0, group: new string('g', 150), order: true, attemptId: "a");

        Assert.That(refused.Code, Is.EqualTo(ResponseCode.InvalidParameter));
        Assert.That(refused.Response.Remark, Does.Contain("no longer than 255"));
        Assert.That(ordered.Bodies, Is.EqualTo(new[] { 0 }), "ordered pops need no retry topic");
    }

    /// <summary>Moves the clock in steps, with some real time for the broker to work in.</summary>
    private static async Task AdvanceAsync(VirtualTimeProvider clock, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(15);
        }
    }

    /// <summary>Pops while the clock moves, until so many messages came.</summary>
    private static async Task<List<PoppedMessage>> PopUntilAsync(TestBroker broker, VirtualTimeProvider clock, int count, long invisibleMs = 600_000)
    {
        var messages = new List<PoppedMessage>();
        for (var i = 0; i < 60 && messages.Count < count; i++)
        {
            await AdvanceAsync(clock, 1);
            messages.AddRange((await broker.PopAsync("Orders", invisibleMs: invisibleMs)).Messages);
        }

        Assert.That(messages, Has.Count.EqualTo(count));
        return messages;
    }
}
