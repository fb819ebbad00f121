using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Tests.Timing;

public class TimerDeliveryTests
{
    [Test]
    public async Task Over_three_days_every_timer_is_delivered_once_at_its_time()
    {
        await using var bench = TimerBench.Open();
        var random = new Random(7);
        var delays = Enumerable.Range(0, 300).Select(i => i switch { 0 => 0, 1 => 1, 2 => 259_200, 3 => 172_800, 4 => 172_799, _ => random.Next(259_200) }).ToList();
        for (var i = 0; i < delays.Count; i++)
        {
            bench.Send("Orders", $"m{i}", ("TIMER_DELAY_SEC", $"{delays[i]}"));
        }

        bench.Advance(TimeSpan.FromDays(3) + TimeSpan.FromSeconds(1));

        var delivered = bench.Delivered("Orders");
        Assert.That(delivered.Select(m => m.UniqueKey), Is.EquivalentTo(Enumerable.Range(0, delays.Count).Select(i => $"m{i}")));
        foreach (var message in delivered)
        {
            var due = TimerBench.StartMs + delays[int.Parse(message.UniqueKey![1..])] * 1000L;
            Assert.That(message.StoreTimestamp, Is.InRange(due, due + 1000), message.UniqueKey);
        }

        Assert.That(bench.Timers.Pending, Is.Zero);
        Assert.That(bench.Metrics.Snapshot().TimingCount["Orders"].Count, Is.Zero);
    }

    [Test]
    public async Task A_timer_beyond_the_roll_window_goes_there_in_stages()
    {
        await using var bench = TimerBench.Open(o => o with { TimerRollWindowSlot = 100 });
        bench.Send("Orders", "far", ("TIMER_DELAY_SEC", "450"));

        bench.Advance(TimeSpan.FromSeconds(449));
        Assert.That(bench.Bodies("Orders"), Is.Empty);
        bench.Advance(TimeSpan.FromSeconds(2));

        var message = bench.Delivered("Orders").Single();
        Assert.That(message.StoreTimestamp, Is.InRange(TimerBench.StartMs + 450_000, TimerBench.StartMs + 451_000));
        Assert.That(int.Parse(message.Properties["TIMER_ROLL_TIMES"]), Is.GreaterThan(3));
    }

    [Test]
    public async Task A_timer_that_was_taken_back_is_never_delivered_whatever_stages_either_goes_through()
    {
        await using var bench = TimerBench.Open(o => o with { TimerRollWindowSlot = 100 });
        for (var i = 0; i < 6; i++)
        {
            bench.Send("Orders", $"m{i}", ("TIMER_DELIVER_MS", $"{TimerBench.StartMs + 450_500}"));
        }

        bench.Recall("Orders", "m1", TimerBench.StartMs + 450_000);
        bench.Advance(TimeSpan.FromSeconds(170));
        bench.Recall("Orders", "m3", TimerBench.StartMs + 450_000);
        bench.Advance(TimeSpan.FromSeconds(275));
        bench.Recall("Orders", "m4", TimerBench.StartMs + 450_000);
        bench.Recall("Orders", "unknown", TimerBench.StartMs + 450_000);
        bench.Advance(TimeSpan.FromSeconds(10));

        Assert.That(bench.Bodies("Orders"), Is.EquivalentTo(new[] { "m0", "m2", "m5" }));
        Assert.That(bench.Metrics.Snapshot().TimingCount["Orders"].Count, Is.Zero);
    }

    [Test]
    public async Task Taking_back_what_is_over_is_refused()
    {
        await using var bench = TimerBench.Open();

        Assert.That(bench.Recall("Orders", "m", TimerBench.StartMs - 1000).Refusal!.Kind, Is.EqualTo(RefusalKind.MessageIllegal));
    }

    [Test]
    public async Task A_timer_taken_back_while_the_broker_was_down_is_not_delivered_after_it()
    {
        await using var bench = TimerBench.Open();
        bench.Send("Orders", "m", ("TIMER_DELAY_SEC", "10"));
        bench.Advance(TimeSpan.FromSeconds(1));
        // Accepted, and killed before it went into the wheel; up again when both are long overdue.
        bench.Recall("Orders", "m", TimerBench.StartMs + 9_000);
        await using var again = bench.Kill();
        again.Time.Advance(TimeSpan.FromHours(1));

        again.Advance(TimeSpan.FromSeconds(2));

        Assert.That(again.Bodies("Orders"), Is.Empty);
        Assert.That(again.Timers.QueueOffset, Is.EqualTo(2));
    }

    [Test]
    public async Task A_timer_on_its_way_in_stages_that_was_taken_back_is_not_delivered_after_a_broker_that_was_down([Values] bool isRecallInWheel)
    {
        await using var bench = TimerBench.Open(o => o with { TimerRollWindowSlot = 100 });
        bench.Send("Orders", "m", ("TIMER_DELAY_SEC", "150"));
        bench.Advance(TimeSpan.FromSeconds(60));
        // Close enough to go to its slot at once, or, killed before it went into the wheel, when it is up again.
        bench.Recall("Orders", "m", TimerBench.StartMs + 149_000);
        bench.Advance(isRecallInWheel ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
        await using var again = bench.Kill();
        again.Time.Advance(TimeSpan.FromHours(1));

        again.Advance(TimeSpan.FromSeconds(2));

        Assert.That(again.Bodies("Orders"), Is.Empty);
        Assert.That(again.Timers.Pending, Is.Zero);
    }

    [Test]
    public async Task A_timer_that_was_taken_back_and_that_a_kill_makes_roll_twice_is_not_delivered_either_time()
    {
        await using var bench = TimerBench.Open(o => o with { TimerRollWindowSlot = 100 });
        bench.Send("Orders", "m", ("TIMER_DELAY_SEC", "150"));
        bench.Send("Orders", "n", ("TIMER_DELAY_SEC", "150"));
        bench.Recall("Orders", "m", TimerBench.StartMs + 149_000);
        bench.Advance(TimeSpan.FromSeconds(60));
        // Rolled, but how far the wheel was is not on the disk.
        await using var again = bench.Kill();

        again.Advance(TimeSpan.FromSeconds(200));

        Assert.That(again.Bodies("Orders").Distinct(), Is.EqualTo(new[] { "n" }));
        Assert.That(again.Timers.Pending, Is.Zero);
        Assert.That(again.Metrics.Snapshot().TimingCount["Orders"].Count, Is.Zero);
    }

    [Test]
    public async Task A_kill_at_any_moment_loses_no_timer_and_repeats_at_most_one()
    {
        for (var killAfter = 0; killAfter < 40; killAfter += 3)
        {
            await using var bench = TimerBench.Open();
            for (var i = 0; i < 20; i++)
            {
                bench.Send("Orders", $"m{i}", ("TIMER_DELAY_SEC", $"{2 + i / 5}"));
            }

            bench.Advance(TimeSpan.FromMilliseconds(200 * killAfter));
            await using var again = bench.Kill();
            again.Advance(TimeSpan.FromSeconds(10));

            Assert.That(again.Bodies("Orders").Distinct().Count(), Is.EqualTo(20), $"killed after {killAfter}");
            Assert.That(again.Bodies("Orders"), Has.Count.LessThanOrEqualTo(21), $"killed after {killAfter}");
        }
    }

    [Test]
    public async Task A_broker_that_was_down_for_weeks_delivers_all_it_owes()
    {
        await using var bench = TimerBench.Open();
        for (var hour = 1; hour <= 72; hour++)
        {
            bench.Send("Orders", $"m{hour}", ("TIMER_DELAY_SEC", $"{hour * 3600}"));
        }

        bench.Advance(TimeSpan.FromHours(5));
        await using var again = bench.Kill();
        again.Time.Advance(TimeSpan.FromDays(30));
        again.Send("Orders", "new", ("TIMER_DELAY_SEC", "60"));
        again.Advance(TimeSpan.FromSeconds(1));

        Assert.That(again.Bodies("Orders"), Is.EqualTo(Enumerable.Range(1, 72).Select(h => $"m{h}")));
        again.Advance(TimeSpan.FromSeconds(61));
        Assert.That(again.Bodies("Orders")[^1], Is.EqualTo("new"));
    }

    [Test]
    public async Task A_clock_that_was_set_back_delivers_new_timers_at_their_time_and_none_twice()
    {
        await using var bench = TimerBench.Open();
        bench.Send("Orders", "a", ("TIMER_DELAY_SEC", "2"));
        bench.Advance(TimeSpan.FromMinutes(10));
        await using var again = bench.Kill();
        // A clock ten minutes slow.
        await using var slow = await ReopenAsync(again, TimerBench.StartMs);

        slow.Send("Orders", "b", ("TIMER_DELAY_SEC", "1"));
        slow.Advance(TimeSpan.FromSeconds(3));

        Assert.That(slow.Bodies("Orders"), Does.Contain("b"));
    }

    [Test]
    public async Task With_nothing_waiting_nothing_wakes_up()
    {
        await using var bench = TimerBench.Open();

        Assert.That(bench.Delivery.RunOnce(), Is.EqualTo(Timeout.InfiniteTimeSpan));
        bench.Send("Orders", "far", ("TIMER_DELAY_SEC", "86400"));
        Assert.That(bench.Delivery.RunOnce(), Is.EqualTo(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task Messages_of_a_crowded_slot_are_refused()
    {
        await using var bench = TimerBench.Open(o => o with { TimerCongestNumEachSlot = 5 });

        // From the limit on a message is refused by chance, as Apache does it; from twice the limit on always.
        for (var i = 0; i < 10_000 && bench.Timers.Pending < 10; i++)
        {
            bench.Send("Orders", $"m{i}", ("TIMER_DELIVER_MS", $"{TimerBench.StartMs + 60_500}"));
            bench.Delivery.RunOnce();
        }

        var refused = bench.Send("Orders", "m", ("TIMER_DELIVER_MS", $"{TimerBench.StartMs + 60_500}")).Refusal;

        Assert.That(refused!.Reason, Does.StartWith("timer message is under flow control, max num limit is 10"));
        Assert.That(bench.Timers.Pending, Is.EqualTo(10));
    }

    [Test]
    public async Task Figures_tell_what_waits_and_what_is_behind()
    {
        await using var bench = TimerBench.Open();
        bench.Send("Orders", "m", ("TIMER_DELAY_SEC", "60"));
        Assert.That(bench.Delivery.Figures.OffsetBehind, Is.EqualTo(1));
        bench.Delivery.RunOnce();

        Assert.Multiple(() =>
        {
            Assert.That(bench.Delivery.Figures.OffsetBehind, Is.Zero);
            Assert.That(bench.Delivery.Figures.CongestNum, Is.EqualTo(1));
            Assert.That(bench.Delivery.Figures.ReadBehindSeconds, Is.Zero);
        });
        bench.Time.Advance(TimeSpan.FromSeconds(90));
        Assert.That(bench.Delivery.Figures.ReadBehindSeconds, Is.EqualTo(31));
    }

    private static async Task<TimerBench> ReopenAsync(TimerBench bench, long atMs)
    {
        var copy = bench.Kill();
        var directory = copy.Options.StorePathRootDir;
        await copy.Delivery.DisposeAsync();
        copy.Timers.Dispose();
        await copy.Store.DisposeAsync();
        return TimerBench.Open(o => o, directory, atMs);
    }
}
