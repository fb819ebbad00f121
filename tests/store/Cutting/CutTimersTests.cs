using System.Globalization;
using System.Text;
using RocketMQ.Fault.Tests.Power;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Timing;
using RocketMQ.TestSupport;

namespace RocketMQ.Store.Tests.Cutting;

/// <summary>Timers of a store that is cut: what is left in the log and was not delivered before the cut is delivered, and next to nothing twice.</summary>
internal sealed class CutTimersTests
{
    private const string Queue = "rmq_sys_wheel_timer";
    private const int RollMs = 8_000;

    private static readonly DateTimeOffset Began = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly StoreOptions Options = MixedStore.Options with { MappedFileSizeTimerLog = 1024, MappedFileSizeConsumeQueue = 2_000 };

    [Test]
    public async Task Wherever_the_log_is_cut_every_timer_that_is_left_is_delivered_and_only_those_of_one_slot_twice([Range(1, 4)] int seed, [Values] bool isKilled)
    {
        var (image, boundaries, clock) = await LiveAsync(seed, isKilled);
        foreach (var end in boundaries)
        {
            var disk = new PowerFileSystem("/disk", image, new Random(1), clock);
            MessageStore.Cut(Options, end, disk, clock);
            await AssertDeliversAllAsync(disk, clock, $"cut at {end} of {boundaries[^1]}");
        }
    }

    [Test]
    public async Task Also_where_the_power_was_lost_meanwhile([Range(1, 60)] int operation)
    {
        var (image, boundaries, clock) = await LiveAsync(seed: 3, isKilled: operation % 2 == 0);
        foreach (var end in new[] { boundaries[boundaries.Count / 3], boundaries[boundaries.Count * 2 / 3] })
        {
            var disk = new PowerFileSystem("/disk", image, new Random(operation), clock);
            disk.LosePowerAfter(operation);
            try
            {
                MessageStore.Cut(Options, end, disk, clock);
            }
            catch (IOException)
            {
            }
            disk.LosePower();
            var after = new PowerFileSystem("/disk", disk.Survivors, new Random(1), clock);
            MessageStore.Cut(Options, end, after, clock);
            await AssertDeliversAllAsync(after, clock, $"cut at {end} of {boundaries[^1]}, power lost at {disk.LastOperation}");
        }
    }

    [Test]
    public async Task A_log_that_is_cut_where_no_timer_was_touched_leaves_them_as_they_are()
    {
        var clock = new VirtualTimeProvider(Began);
        var disk = new PowerFileSystem("/disk", DiskImage.Empty, new Random(1), clock);
        long end;
        await using (var store = Open(disk, clock))
        {
            store.Start();
            using var timers = TimerStore.Open(store, clock, disk);
            AppendTimer(store, "a", NowMs(clock) + 1_000);
            AppendTimer(store, "b", NowMs(clock) + 7_000);
            Step(store, timers, clock);
            clock.Advance(TimeSpan.FromSeconds(5));
            Step(store, timers, clock);
            timers.Save(NowMs(clock));
            end = store.MaxPhysicalOffset;
            store.Append("Other", 0, "cut");
        }
        MessageStore.Cut(Options, end, disk, clock);
        await using var again = Open(disk, clock);
        again.Start();
        using var left = TimerStore.Open(again, clock, disk);
        Assert.That((left.Pending, left.QueueOffset, left.ReadTimeMs), Is.EqualTo((1L, 2L, NowMs(clock))));
    }

    [Test]
    public async Task With_all_its_timers_cut_the_wheel_is_empty_and_takes_new_ones()
    {
        var clock = new VirtualTimeProvider(Began);
        var disk = new PowerFileSystem("/disk", DiskImage.Empty, new Random(1), clock);
        long end;
        await using (var store = Open(disk, clock))
        {
            store.Start();
            end = store.Append("Other", 0, "kept").EndOffset;
            using var timers = TimerStore.Open(store, clock, disk);
            for (var i = 0; i < 30; i++)
            {
                AppendTimer(store, $"cut {i}", NowMs(clock) + 1_000 * i);
            }
            Step(store, timers, clock);
            timers.Save(NowMs(clock));
        }
        MessageStore.Cut(Options, end, disk, clock);
        await using var again = Open(disk, clock);
        again.Start();
        using var left = TimerStore.Open(again, clock, disk);
        Assert.That((left.Pending, left.QueueOffset, left.NextTimeMs), Is.EqualTo((0L, 0L, (long?)null)));
        AppendTimer(again, "new", NowMs(clock) + 2_000);
        Step(again, left, clock);
        clock.Advance(TimeSpan.FromSeconds(5));
        Step(again, left, clock);
        Assert.That(again.Bodies("Real", 0), Is.EqualTo(["new"]));
    }

    [Test]
    public async Task What_another_broker_delivered_behind_the_cut_is_not_taken_for_done()
    {
        var clock = new VirtualTimeProvider(Began);
        var disk = new PowerFileSystem("/disk", DiskImage.Empty, new Random(1), clock);
        var due = NowMs(clock) + 3_000;
        long end;
        await using (var store = Open(disk, clock))
        {
            store.Start();
            using var timers = TimerStore.Open(store, clock, disk);
            AppendTimer(store, "a", due - 2_000);
            AppendTimer(store, "b", due);
            // Its master delivered both; the second delivery is cut.
            Deliver(store, Timer(store, 0), due - 2_000, isLate: false);
            end = Deliver(store, Timer(store, 1), due, isLate: false).PhysicalOffset;
            clock.Advance(TimeSpan.FromSeconds(10));
            timers.Follow(new TimerCheckpoint { ReadTimeMs = due + 5_000, MasterQueueOffset = 2 });
            timers.Save(NowMs(clock));
            Assert.That(timers.IsDoneElsewhere(1, due), Is.True);
        }
        MessageStore.Cut(Options, end, disk, clock);
        await using var again = Open(disk, clock);
        again.Start();
        using var left = TimerStore.Open(again, clock, disk);
        Assert.That((left.IsDoneElsewhere(0, due - 2_000), left.IsDoneElsewhere(1, due)), Is.EqualTo((true, false)));
        Step(again, left, clock);
        Assert.That(again.Bodies("Real", 0), Is.EqualTo(["a", "b"]));
    }

    [Test]
    public async Task What_a_message_says_of_its_time_takes_no_timer_away()
    {
        var clock = new VirtualTimeProvider(Began);
        var disk = new PowerFileSystem("/disk", DiskImage.Empty, new Random(1), clock);
        long end;
        await using (var store = Open(disk, clock))
        {
            store.Start();
            using var timers = TimerStore.Open(store, clock, disk);
            AppendTimer(store, "a", NowMs(clock) + 6L * 24 * 3_600_000);
            Step(store, timers, clock, rollMs: 7 * 24 * 3_600_000);
            timers.Save(NowMs(clock));
            end = store.Append("Real", 1, "not of a timer", "TIMER_OUT_MS\u00011\u0002").PhysicalOffset;
        }
        MessageStore.Cut(Options, end, disk, clock);
        await using var again = Open(disk, clock);
        again.Start();
        using var left = TimerStore.Open(again, clock, disk);
        clock.Advance(TimeSpan.FromDays(7));
        Step(again, left, clock);
        Assert.That(again.Bodies("Real", 0), Is.EqualTo(["a"]));
    }

    /// <summary>Messages come, are delivered, late, rolled and taken back for a while; positions are saved now and then.</summary>
    private static async Task<(DiskImage Image, List<long> Boundaries, VirtualTimeProvider Clock)> LiveAsync(int seed, bool isKilled)
    {
        var random = new Random(seed);
        var clock = new VirtualTimeProvider(Began);
        var disk = new PowerFileSystem("/disk", DiskImage.Empty, random, clock);
        var store = Open(disk, clock);
        store.Start();
        var timers = TimerStore.Open(store, clock, disk);
        for (var i = 0; i < 60; i++)
        {
            var due = NowMs(clock) + random.Next(4) switch { 0 => -random.Next(3_000), 3 => random.Next(30_000), _ => random.Next(6_000) };
            AppendTimer(store, $"t{i}", due);
            if (random.Next(8) == 0)
            {
                AppendTimer(store, $"recall of t{i}", due, takesBack: $"t{i}");
            }
            if (random.Next(3) == 0)
            {
                Step(store, timers, clock);
            }
            if (random.Next(6) == 0)
            {
                timers.Save(NowMs(clock));
            }
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(900)));
        }
        var end = store.MaxPhysicalOffset;
        var boundaries = new List<long> { end };
        for (var at = end - 1; at >= 0; at = boundaries[0] - 1)
        {
            boundaries.Insert(0, store.RecordStartAtOrBefore(at));
        }
        var killed = disk.Snapshot();
        timers.Dispose();
        await store.StopAsync();
        return (isKilled ? killed : disk.Snapshot(), boundaries, clock);
    }

    private static async Task AssertDeliversAllAsync(PowerFileSystem disk, VirtualTimeProvider now, string because)
    {
        var clock = new VirtualTimeProvider(now.GetUtcNow());
        await using var store = Open(disk, clock);
        var before = Delivered(store);
        var left = Enumerable.Range(0, (int)store.MaxOffset(Queue, 0)).Select(offset => Timer(store, offset)).ToList();
        store.Start();
        using var timers = TimerStore.Open(store, clock, disk);
        for (var i = 0; i < 60; i++)
        {
            Step(store, timers, clock);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        var takenBack = left.Where(t => t.TakesBack != "").Select(t => t.TakesBack).ToHashSet();
        var after = Delivered(store);
        var twice = new HashSet<long>();
        foreach (var timer in left.Where(t => t.TakesBack == "").DistinctBy(t => t.Key))
        {
            var times = after.Count(key => key == timer.Key);
            Assert.That(times, takenBack.Contains(timer.Key) ? Is.InRange(0, 2) : Is.InRange(1, 2), $"{timer.Key} {because}");
            if (times == 2 && before.Contains(timer.Key))
            {
                twice.Add(timer.OutMs / 1_000);
            }
        }
        Assert.That(timers.Pending, Is.Zero, because);
        TestContext.Out.WriteLine($"{because}: {twice.Count} slots delivered again");
    }

    private static List<string> Delivered(MessageStore store) => store.Bodies("Real", 0);

    /// <summary>What the broker's delivery does, in short: takes what arrived and delivers the slots that are over.</summary>
    private static void Step(MessageStore store, TimerStore timers, VirtualTimeProvider clock, long rollMs = RollMs)
    {
        for (var goesOn = true; goesOn;)
        {
            goesOn = false;
            for (var offset = timers.QueueOffset; offset < store.MaxOffset(Queue, 0); offset++)
            {
                Take(store, timers, Timer(store, offset), offset, NowMs(clock), rollMs);
                timers.TakenTo(offset + 1);
            }
            var endMs = timers.Floor(NowMs(clock));
            while (timers.NextTimeMs is { } slot && slot < endMs)
            {
                if (slot > timers.ReadTimeMs)
                {
                    timers.ReadTo(slot);
                }
                goesOn |= DeliverSlot(store, timers, slot);
                timers.ReadTo(slot + timers.PrecisionMs);
            }
            timers.ReadTo(endMs);
        }
    }

    private static void Take(MessageStore store, TimerStore timers, TimerMessage timer, long offset, long nowMs, long rollMs)
    {
        var slot = timers.Floor(timer.OutMs);
        if (timers.IsDoneElsewhere(offset, slot))
        {
            return;
        }
        if (slot < timers.ReadTimeMs)
        {
            timers.Delivered(timer.TakesBack == "" ? Deliver(store, timer, nowMs, isLate: true).EndOffset : 0);
            return;
        }
        var isRolled = slot - timers.Floor(nowMs) >= rollMs;
        var magic = (isRolled ? TimerMagic.Roll : 0) | TimerMagic.Default | (timer.TakesBack == "" ? 0 : TimerMagic.Delete);
        timers.Add(isRolled ? timers.Floor(nowMs) + rollMs / 2 : slot, magic, timers.Floor(nowMs), timer.PhysicalOffset, timer.Size, 0);
    }

    private static bool DeliverSlot(MessageStore store, TimerStore timers, long slot)
    {
        var isRolled = false;
        var units = timers.OldestFirst(slot).ToList();
        var takenBack = units.Where(u => u.IsDelete && !u.IsRolled).Select(u => Read(store, u.PhysicalOffset).TakesBack).ToHashSet();
        var skip = timers.SlotDone;
        foreach (var unit in units.Where(u => !u.IsDelete || u.IsRolled))
        {
            if (skip-- > 0)
            {
                continue;
            }
            var timer = Read(store, unit.PhysicalOffset);
            isRolled |= unit.IsRolled;
            timers.Done(
                unit.IsRolled ? AppendTimer(store, timer.Key, timer.OutMs, timer.TakesBack, $"TIMER_ENQUEUE_MS\u0001{unit.WriteTimeMs}\u0002TIMER_ROLL_TIMES\u00011\u0002").EndOffset
                : takenBack.Contains(timer.Key) ? 0
                : Deliver(store, timer, unit.WriteTimeMs, isLate: false).EndOffset);
        }
        return isRolled;
    }

    private static AppendResult Deliver(MessageStore store, TimerMessage timer, long enqueueMs, bool isLate) => store.Append(
        "Real", 0, timer.Key,
        string.Create(CultureInfo.InvariantCulture, $"TIMER_OUT_MS\u0001{timer.OutMs}\u0002UNIQ_KEY\u0001{timer.Key}\u0002TIMER_ENQUEUE_MS\u0001{(isLate ? long.MaxValue : enqueueMs)}\u0002TIMER_DEQUEUE_MS\u00015\u0002"));

    private static AppendResult AppendTimer(MessageStore store, string key, long outMs, string takesBack = "", string more = "") => store.Append(
        Queue, 0, key,
        string.Create(CultureInfo.InvariantCulture, $"REAL_TOPIC\u0001Real\u0002REAL_QID\u00010\u0002TIMER_OUT_MS\u0001{outMs}\u0002UNIQ_KEY\u0001{key}\u0002")
        + (takesBack == "" ? "" : $"TIMER_DEL_UNIQKEY\u0001{takesBack}\u0002") + more);

    private static TimerMessage Timer(MessageStore store, long offset)
    {
        Assert.That(store.Queue(Queue, 0)!.TryRead(offset, out var unit), Is.True);
        return Read(store, unit.PhysicalOffset);
    }

    private static TimerMessage Read(MessageStore store, long physicalOffset)
    {
        using var lease = store.Read(physicalOffset);
        Assert.That(MessageRecord.TryRead(lease.Bytes, out var record), Is.EqualTo(RecordReadStatus.Ok));
        return new(
            Encoding.UTF8.GetString(record.Body), long.Parse(record.Property("TIMER_OUT_MS"u8), CultureInfo.InvariantCulture), Encoding.UTF8.GetString(record.Property("TIMER_DEL_UNIQKEY"u8)),
            physicalOffset, record.Size);
    }

    private static long NowMs(TimeProvider clock) => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static MessageStore Open(PowerFileSystem disk, VirtualTimeProvider clock) => MessageStore.Open(Options, disk, clock);

    private sealed record TimerMessage(string Key, long OutMs, string TakesBack, long PhysicalOffset, int Size);
}
