using System.IO.Compression;
using Newtonsoft.Json.Linq;
using RocketMQ.Store.Timing;
using RocketMQ.TestSupport;

namespace RocketMQ.Store.Tests.Timing;

/// <summary>The timer files of a real broker: read, written again from what went into them, and opened after every kind of damage.</summary>
internal sealed class TimerGoldenTests
{
    private const long StoppedAtMs = 1795251143000;

    [Test]
    public void The_description_of_the_files_fits_what_apache_wrote()
    {
        using var directory = Unpack(out var walk);

        var slots = WheelFiles.Slots(directory.File("timerwheel"));
        Assert.That(
            slots.Select(s => (s.Index, s.Time, s.First, s.Last, s.Count)),
            Is.EqualTo(walk["timerWheel"]!["nonEmptySlots"]!.Select(s =>
                ((int)s["slotIndex"]!, (long)s["rawTime"]!, (long)s["firstPos"]!, (long)s["lastPos"]!, (int)s["num"]!))));
        Assert.That(
            WheelFiles.Units(directory.File("timerlog")).Select(u => (u.Position, u.Previous, u.Magic, u.WriteTime, u.Delay, u.PhysicalOffset)),
            Is.EqualTo(walk["timerLogUnits"]!.Select(u => (
                (long)u["pos"]!, (long)u["prevPos"]!, (int)u["magic"]!, (long)u["currWriteTime"]!, (int)u["delayedTime"]!, (long)u["offsetPy"]!))));
    }

    [Test]
    public async Task The_same_timers_make_the_same_bytes()
    {
        using var golden = Unpack(out _);
        using var directory = new TestDirectory();
        var units = WheelFiles.Units(golden.File("timerlog"));
        await using var store = MessageStore.Open(Golden.Options("store-pop-timer", directory) with { MappedFileSizeTimerLog = 2048 });
        using (var timers = TimerStore.Open(store, At(units[0].WriteTime)))
        {
            foreach (var unit in units)
            {
                timers.Add(unit.WriteTime + unit.Delay, unit.Magic, unit.WriteTime, unit.PhysicalOffset, unit.RecordSize, unit.TopicHash);
            }
            timers.TakenTo(100);
            timers.ReadTo(StoppedAtMs);
            timers.Save(StoppedAtMs);
        }

        foreach (var name in new[] { "timerwheel", "timerlog/00000000000000000000", "timerlog/00000000000000002048", "timerlog/00000000000000004096" })
        {
            Assert.That(File.ReadAllBytes(directory.File(name)).AsSpan().SequenceEqual(File.ReadAllBytes(golden.File(name))), name);
        }
        Assert.That(
            WheelFiles.Checkpoint(directory.File("config", "timercheck")), Is.EqualTo(WheelFiles.Checkpoint(golden.File("config", "timercheck"))));
    }

    [Test]
    public async Task An_apache_wheel_names_nothing_behind_a_cut_of_the_log()
    {
        using var directory = Unpack(out _);
        var options = Golden.Options("store-pop-timer", directory);
        var units = WheelFiles.Units(directory.File("timerlog"));
        var end = units[units.Count / 2].PhysicalOffset;
        MessageStore.Cut(options, end);
        await using var store = MessageStore.Open(options);
        using var timers = TimerStore.Open(store, At(StoppedAtMs + 10_000));

        Assert.That(WheelFiles.Units(directory.File("timerlog")).Select(u => u.PhysicalOffset), Is.EqualTo(units.Select(u => u.PhysicalOffset).Where(at => at < end)));
        Assert.That(timers.Waiting().Select(u => u.PhysicalOffset), Is.All.LessThan(end));
        Assert.That(timers.QueueOffset, Is.LessThanOrEqualTo(store.MaxOffset("rmq_sys_wheel_timer", 0)));
    }

    [Test]
    public async Task An_apache_wheel_opens_where_it_was_left()
    {
        using var directory = Unpack(out var walk);
        await using var store = MessageStore.Open(Golden.Options("store-pop-timer", directory));
        using var timers = TimerStore.Open(store, At(StoppedAtMs + 10_000));

        Assert.Multiple(() =>
        {
            Assert.That(timers.ReadTimeMs, Is.EqualTo(StoppedAtMs));
            Assert.That(timers.QueueOffset, Is.EqualTo(100));
            Assert.That(timers.NextTimeMs, Is.EqualTo(StoppedAtMs));
        });
        AssertWaiting(timers, walk);
    }

    [Test]
    public async Task Without_its_wheel_the_log_gives_every_slot_back()
    {
        using var directory = Unpack(out var walk);
        File.Delete(directory.File("timerwheel"));
        await using var store = MessageStore.Open(Golden.Options("store-pop-timer", directory));
        using var timers = TimerStore.Open(store, At(StoppedAtMs + 10_000));

        AssertWaiting(timers, walk);
        Assert.That(timers.QueueOffset, Is.EqualTo(100));
    }

    [Test]
    public async Task A_log_that_lost_its_end_takes_the_queue_back_with_it()
    {
        using var directory = Unpack(out var walk);
        // Units 90 to 99 are gone, their slots still name them.
        var cut = WheelFiles.Units(directory.File("timerlog"))[90].Position;
        using (var file = File.OpenWrite(directory.File("timerlog", "00000000000000004096")))
        {
            file.Position = cut - 4096;
            file.Write(new byte[(int)(4096 + 2048 - cut)]);
        }
        await using var store = MessageStore.Open(Golden.Options("store-pop-timer", directory));
        using var timers = TimerStore.Open(store, At(StoppedAtMs));

        var lost = walk["timerLogUnits"]!.Where(u => (long)u["pos"]! >= cut).Select(u => (long)u["offsetPy"]!).ToHashSet();
        Assert.That(timers.QueueOffset, Is.EqualTo(90));
        AssertWaiting(timers, walk, lost);
    }

    [Test]
    public async Task A_log_that_is_gone_while_messages_wait_is_reported_and_nothing_is_changed()
    {
        using var directory = Unpack(out _);
        Directory.Delete(directory.File("timerlog"), recursive: true);
        var wheel = File.ReadAllBytes(directory.File("timerwheel"));
        await using var store = MessageStore.Open(Golden.Options("store-pop-timer", directory));

        var e = Assert.Throws<CorruptStoreException>(() => TimerStore.Open(store, At(StoppedAtMs)));

        Assert.That(e!.Message, Does.Contain("restore it"));
        Assert.That(File.ReadAllBytes(directory.File("timerwheel")).AsSpan().SequenceEqual(wheel));
    }

    [Test]
    public async Task A_wheel_of_another_length_is_refused()
    {
        using var directory = Unpack(out _);
        File.WriteAllBytes(directory.File("timerwheel"), new byte[1000]);
        await using var store = MessageStore.Open(Golden.Options("store-pop-timer", directory));

        Assert.Throws<CorruptStoreException>(() => TimerStore.Open(store, At(StoppedAtMs)));
    }

    /// <summary>Every slot not delivered holds what the recorded chain holds, oldest first.</summary>
    private static void AssertWaiting(TimerStore timers, JToken walk, HashSet<long>? without = null)
    {
        var slots = walk["timerLogUnits"]!
            .Where(u => (long)u["currWriteTime"]! + (long)u["delayedTime"]! >= StoppedAtMs && without?.Contains((long)u["offsetPy"]!) != true)
            .GroupBy(u => (long)u["currWriteTime"]! + (long)u["delayedTime"]!)
            .OrderBy(slot => slot.Key)
            .ToList();
        var next = timers.ReadTimeMs;
        foreach (var slot in slots)
        {
            Assert.That(timers.OldestFirst(slot.Key).Select(u => u.PhysicalOffset), Is.EqualTo(slot.Select(u => (long)u["offsetPy"]!)), $"{slot.Key}");
            next = slot.Key;
        }
        Assert.That(timers.Pending, Is.EqualTo(slots.Sum(s => s.Sum(u => ((int)u["magic"]! & 4) != 0 ? -1 : 1))));
        Assert.That(next, Is.GreaterThan(StoppedAtMs));
    }

    private static TestDirectory Unpack(out JToken walk)
    {
        var directory = Golden.Unpack("store-pop-timer");
        using (var packed = new GZipStream(File.OpenRead(directory.File("timerwheel.gz")), CompressionMode.Decompress))
        using (var wheel = File.Create(directory.File("timerwheel")))
        {
            packed.CopyTo(wheel);
        }
        walk = Golden.Expected("expected53")["walk"]!;
        return directory;
    }

    private static VirtualTimeProvider At(long ms) => new(DateTimeOffset.FromUnixTimeMilliseconds(ms));
}
