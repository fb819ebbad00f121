using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Broker.Tests.Timing;

public class TimerSendTests
{
    [Test]
    public async Task A_timer_arrives_once_its_time_is_reached_and_not_before()
    {
        await using var broker = await TestBroker.StartAsync(configureStore: s => s with { TimerPrecisionMs = 100 });
        var sentAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        var sent = await broker.SendAsync("Orders", [1], 1, [new("TIMER_DELAY_MS", "700"), new("KEYS", "k")]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
        var message = TestBroker.Messages(await broker.PullAsync("Orders", 1, 0, waitMs: 5000)).Single();
        Assert.Multiple(() =>
        {
            Assert.That(message.StoreTimestamp, Is.InRange(sentAt + 700, sentAt + 2000));
            Assert.That(message.Properties["REAL_TOPIC"], Is.EqualTo("Orders"));
            Assert.That(message.Properties["REAL_QID"], Is.EqualTo("1"));
            Assert.That(message.Properties.Keys, Is.SupersetOf(new[] { "TIMER_OUT_MS", "TIMER_ENQUEUE_MS", "TIMER_DEQUEUE_MS", "TIMER_DELAY_MS", "KEYS" }));
        });
    }

    [Test]
    public async Task A_time_that_is_past_delivers_at_once()
    {
        await using var broker = await TestBroker.StartAsync();

        await broker.SendAsync("Orders", [1], properties: [new("TIMER_DELIVER_MS", "1700000000000")]);

        var message = TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)).Single();
        Assert.That(message.Properties.Keys, Has.No.Member("TIMER_OUT_MS"));
    }

    [Test]
    public async Task A_delay_level_beats_a_timer()
    {
        await using var broker = await TestBroker.StartAsync();

        await broker.SendAsync("Orders", [1], properties: [new("DELAY", "3"), new("TIMER_DELAY_SEC", "60")]);

        var waiting = TestBroker.Messages(await broker.PullAsync("SCHEDULE_TOPIC_XXXX", 2, 0)).Single();
        Assert.That(waiting.Properties.Keys, Has.No.Member("TIMER_DELAY_SEC"));
    }

    [TestCase("TIMER_DELAY_SEC", "61")]
    [TestCase("TIMER_DELAY_MS", "60001")]
    [TestCase("TIMER_DELIVER_MS", "4102444800000")]
    [TestCase("TIMER_DELAY_SEC", "9223372036854775807")]
    public async Task A_timer_beyond_the_limit_is_refused_with_the_limit_named(string property, string value)
    {
        await using var broker = await TestBroker.StartAsync(configureStore: s => s with { TimerMaxDelaySec = 60 });

        var sent = await broker.SendAsync("Orders", [1], properties: [new(property, value)]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.MessageIllegal));
        Assert.That(sent.Remark, Does.StartWith("timer message illegal, the delay time should not be bigger than the max delay 60000ms"));
    }

    [TestCase("soon")]
    [TestCase("1.5")]
    [TestCase("")]
    [TestCase("99999999999999999999")]
    public async Task A_timer_whose_time_is_no_number_is_refused(string value)
    {
        await using var broker = await TestBroker.StartAsync();

        var sent = await broker.SendAsync("Orders", [1], properties: [new("TIMER_DELAY_MS", value)]);

        // A property without value does not count.
        Assert.That(sent.Code, Is.EqualTo(value.Length == 0 ? ResponseCode.Success : ResponseCode.MessageIllegal));
    }

    [Test]
    public async Task Timers_are_refused_where_the_wheel_is_disabled()
    {
        await using var broker = await TestBroker.StartAsync(configureStore: s => s with { TimerWheelEnable = false });

        var sent = await broker.SendAsync("Orders", [1], properties: [new("TIMER_DELAY_SEC", "5")]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(sent.Remark, Is.EqualTo("accurate timer message is not enabled, timerWheelEnable is false"));
        Assert.That(File.Exists(Path.Combine(broker.Directory, "timerwheel")), Is.False);
    }

    [Test]
    public async Task A_timer_survives_a_restart()
    {
        var first = await TestBroker.StartAsync();
        await first.SendAsync("Orders", [7], properties: [new("TIMER_DELAY_MS", "1500")]);
        await using var second = await first.RestartAsync();

        var message = TestBroker.Messages(await second.PullAsync("Orders", 0, 0, waitMs: 6000)).Single();

        Assert.That(message.Body, Is.EqualTo(new byte[] { 7 }));
        Assert.That(TestBroker.Messages(await second.PullAsync("Orders", 0, 1)), Is.Empty);
    }
}
