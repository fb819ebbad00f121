using RocketMQ.Broker.Replication;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication;

public class TransferRateTests
{
    [Test]
    public void It_is_what_went_over_in_the_last_whole_second()
    {
        var clock = new VirtualTimeProvider();
        var rate = new TransferRate(clock);
        Assert.That(rate.InSecond, Is.Zero);
        rate.Add(100);
        rate.Add(20);
        Assert.That(rate.InSecond, Is.Zero, "it is not over");
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(rate.InSecond, Is.EqualTo(120));
        rate.Add(7);
        Assert.That(rate.InSecond, Is.EqualTo(120));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(rate.InSecond, Is.EqualTo(7));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(rate.InSecond, Is.Zero, "nothing went over");
        rate.Add(5);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(rate.InSecond, Is.EqualTo(5));
    }
}
