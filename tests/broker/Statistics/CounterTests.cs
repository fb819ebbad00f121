using RocketMQ.Broker.Statistics;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Statistics;

public sealed class CounterTests
{
    private VirtualTimeProvider _clock;
    private BrokerStatistics _statistics;

    [SetUp]
    public void Start()
    {
        _clock = new VirtualTimeProvider();
        _statistics = new BrokerStatistics(_clock);
    }

    [TearDown]
    public async Task Stop() => await _statistics.DisposeAsync();

    [Test]
    public void A_rate_counts_the_last_minute_and_forgets_what_was_before()
    {
        var counter = _statistics.Group("t", "g").Messages;
        counter.Add(600, 6);
        _clock.Advance(TimeSpan.FromSeconds(30));
        var young = counter.Over(CounterSpan.Minute, _statistics.NowMs);
        _clock.Advance(TimeSpan.FromSeconds(60));
        var old = counter.Over(CounterSpan.Minute, _statistics.NowMs);

        Assert.Multiple(() =>
        {
            Assert.That(young, Is.EqualTo(new CounterRate(600, 6, 20)));
            Assert.That(young.Average, Is.EqualTo(100));
            Assert.That(old, Is.EqualTo(new CounterRate(0, 0, 0)));
            Assert.That(counter.Over(CounterSpan.Hour, _statistics.NowMs).Sum, Is.EqualTo(600));
            Assert.That(counter.Value, Is.EqualTo(600));
            Assert.That(counter.Times, Is.EqualTo(6));
        });
    }

    [Test]
    public void The_first_message_of_a_topic_is_no_rush()
    {
        var counter = _statistics.Group("t", "g").Messages;
        counter.Add(10);
        _clock.Advance(TimeSpan.FromMilliseconds(100));

        Assert.That(counter.Over(CounterSpan.Minute, _statistics.NowMs).PerSecond, Is.EqualTo(1));
    }

    [Test]
    public void A_day_looks_back_24_hours()
    {
        var counter = _statistics.Put;
        counter.Add(5);
        _clock.Advance(TimeSpan.FromHours(12));
        counter.Add(7);
        _clock.Advance(TimeSpan.FromHours(11));
        var all = counter.Over(CounterSpan.Day, _statistics.NowMs).Sum;
        _clock.Advance(TimeSpan.FromHours(2));

        Assert.That(all, Is.EqualTo(12));
        Assert.That(counter.Over(CounterSpan.Day, _statistics.NowMs).Sum, Is.EqualTo(7));
    }

    [Test]
    public void Throughput_is_of_the_seconds_asked_for()
    {
        _statistics.Put.Add(100);
        _clock.Advance(TimeSpan.FromSeconds(50));
        _statistics.Put.Add(20);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Multiple(() =>
        {
            Assert.That(_statistics.Throughput.Over(10).Put, Is.EqualTo(2));
            Assert.That(_statistics.Throughput.Over(60).Put, Is.EqualTo(2));
            Assert.That(_statistics.Throughput.Over(600).Put, Is.EqualTo(2), "since start, which is a minute ago");
        });
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That(_statistics.Throughput.Over(10).Put, Is.Zero);
    }

    [Test]
    public void Totals_of_the_day_are_taken_at_midnight()
    {
        _statistics.PutOfClients.Add(3);
        _clock.Advance(TimeSpan.FromHours(25));
        _statistics.PutOfClients.Add(4);
        _clock.Advance(TimeSpan.FromHours(24));

        Assert.That(_statistics.Daily, Is.EqualTo(new DailyTotals(7, 3, 0, 0)));
    }

    [Test]
    public void Latencies_stand_in_their_buckets_for_the_minute_after()
    {
        foreach (var us in (long[])[50, 900, 1000, 9999, 10_000, 12_000_000])
        {
            _statistics.PutLatency.Add(us);
        }

        Assert.That(_statistics.PutLatency.LastMinute().Sum(), Is.Zero);
        _clock.Advance(TimeSpan.FromSeconds(60));
        var latency = _statistics.PutLatency;
        Assert.Multiple(() =>
        {
            Assert.That(latency.LastMinute(0, 1000), Is.EqualTo(2));
            Assert.That(latency.LastMinute(1000, 10_000), Is.EqualTo(2));
            Assert.That(latency.LastMinute(10_000, 50_000), Is.EqualTo(1));
            Assert.That(latency.LastMinute(10_000_000, long.MaxValue), Is.EqualTo(1));
            Assert.That(latency.LastMinutePercentileUs(0.5), Is.InRange(1000, 2000));
            Assert.That(latency.MaxUs, Is.EqualTo(12_000_000));
        });
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.That(latency.LastMinute().Sum(), Is.Zero);
        Assert.That(latency.Counts().Sum(), Is.EqualTo(6));
    }

    [Test]
    public void Counting_allocates_nothing_once_a_topic_and_group_are_known()
    {
        void Count()
        {
            _statistics.SendStored("topic", _statistics.StartClock());
            _statistics.CountAcknowledged("topic", "group", 1);
            _statistics.GotNothing();
        }

        Count();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Count();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000), "bytes in a thousand rounds");
    }
}
