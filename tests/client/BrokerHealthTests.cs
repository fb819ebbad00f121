using RocketMQ.Client.Producing;
using RocketMQ.TestSupport;

namespace RocketMQ.Client.Tests;

public class BrokerHealthTests
{
    [TestCase(549, 0)]
    [TestCase(550, 2_000)]
    [TestCase(1_800, 5_000)]
    [TestCase(3_000, 6_000)]
    [TestCase(5_000, 10_000)]
    [TestCase(15_000, 30_000)]
    public void A_broker_is_left_alone_the_longer_the_later_it_answered(int latencyMs, int pauseMs)
    {
        var time = new VirtualTimeProvider();
        var health = new BrokerHealth(time);

        health.Answered("a", TimeSpan.FromMilliseconds(latencyMs));

        Assert.That(health.IsGood("a"), Is.EqualTo(pauseMs == 0));
        time.Advance(TimeSpan.FromMilliseconds(Math.Max(0, pauseMs - 1)));
        Assert.That(health.IsGood("a"), Is.EqualTo(pauseMs == 0));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(health.IsGood("a"), Is.True);
        Assert.That(health.IsGood("b"), Is.True);
    }

    [Test]
    public void A_broker_that_failed_is_left_alone_for_ten_seconds_or_until_it_answers_in_time()
    {
        var time = new VirtualTimeProvider();
        var health = new BrokerHealth(time);
        health.Failed("a");
        health.Failed("b");

        health.Answered("b", TimeSpan.FromMilliseconds(5));
        time.Advance(TimeSpan.FromSeconds(9));

        Assert.That((health.IsGood("a"), health.IsGood("b")), Is.EqualTo((false, true)));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(health.IsGood("a"), Is.True);
    }
}
