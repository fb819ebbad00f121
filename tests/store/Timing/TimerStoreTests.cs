using RocketMQ.Store.Timing;
using RocketMQ.TestSupport;

namespace RocketMQ.Store.Tests.Timing;

internal sealed class TimerStoreTests
{
    private const long Now = 1_800_000_000_000;

    [Test]
    public async Task A_slot_hands_out_its_messages_oldest_first_however_many_they_are()
    {
        using var directory = new TestDirectory();
        await using var store = MessageStore.Open(Options(directory));
        using var timers = TimerStore.Open(store, Clock());
        for (var i = 0; i < 5_000; i++)
        {
            timers.Add(Now + 5_000, TimerMagic.Default, Now, i, 100, 0);
            timers.Add(Now + 6_000, TimerMagic.Default, Now, 1_000_000 + i, 100, 0);
        }

        Assert.That(timers.OldestFirst(Now + 5_000).Select(u => u.PhysicalOffset), Is.EqualTo(Enumerable.Range(0, 5_000)));
        Assert.That(timers.NewestFirst(Now + 6_000).First().PhysicalOffset, Is.EqualTo(1_004_999));
        Assert.That(timers.CountAt(Now + 6_000), Is.EqualTo(5_000));
    }

    [Test]
    public async Task The_next_slot_is_found_around_the_end_of_the_wheel()
    {
        using var directory = new TestDirectory();
        await using var store = MessageStore.Open(Options(directory));
        // The wheel's last slot, and the first of the next turn.
        var turnMs = 1_209_600_000L;
        var last = (Now / turnMs + 1) * turnMs - 1_000;
        using var timers = TimerStore.Open(store, Clock(last - 5_000));
        timers.ReadTo(last - 5_000);
        timers.Add(last + 1_000, TimerMagic.Default, Now, 2, 100, 0);
        timers.Add(last, TimerMagic.Default, Now, 1, 100, 0);

        Assert.That(timers.NextTimeMs, Is.EqualTo(last));
        timers.ReadTo(last + 1_000);
        Assert.That(timers.NextTimeMs, Is.EqualTo(last + 1_000));
        timers.ReadTo(last + 2_000);
        Assert.That(timers.NextTimeMs, Is.Null);
        Assert.That(timers.Pending, Is.Zero);
    }

    [Test]
    public async Task A_slot_of_the_next_turn_does_not_hold_what_was_delivered_in_this_one()
    {
        using var directory = new TestDirectory();
        await using var store = MessageStore.Open(Options(directory));
        using var timers = TimerStore.Open(store, Clock());
        timers.ReadTo(Now);
        timers.Add(Now, TimerMagic.Default, Now, 1, 100, 0);
        Assert.That(timers.Reaches(Now + 1_209_600_000L), Is.False);
        timers.ReadTo(Now + 1_000);

        Assert.That(timers.Reaches(Now + 1_209_600_000L), Is.True);
        timers.Add(Now + 1_209_600_000L, TimerMagic.Default, Now, 2, 100, 0);

        Assert.That(timers.OldestFirst(Now + 1_209_600_000L).Select(u => u.PhysicalOffset), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task What_was_not_saved_is_still_there_when_the_process_is_killed()
    {
        using var directory = new TestDirectory();
        await using var store = WithRecords(directory);
        var timers = TimerStore.Open(store, Clock());
        timers.Add(Now + 1_000, TimerMagic.Default, Now, 1, 100, 0);
        timers.Add(Now + 1_000, TimerMagic.Default, Now, 2, 100, 0);
        timers.Add(Now + 9_000, TimerMagic.Default, Now, 3, 100, 0);
        timers.TakenTo(3);
        timers.ReadTo(Now + 1_000);
        timers.Done(0);
        // Not disposed, not saved.

        using var again = TimerStore.Open(store, Clock(Now + 5_000));

        Assert.Multiple(() =>
        {
            Assert.That(again.QueueOffset, Is.EqualTo(3));
            Assert.That(again.ReadTimeMs, Is.EqualTo(Now + 1_000));
            Assert.That(again.SlotDone, Is.EqualTo(1));
            Assert.That(again.OldestFirst(Now + 1_000).Select(u => u.PhysicalOffset), Is.EqualTo(new[] { 1, 2 }));
            Assert.That(again.NextTimeMs, Is.EqualTo(Now + 1_000));
            Assert.That(again.Pending, Is.EqualTo(3));
        });
        timers.Dispose();
    }

    [TestCase(1)]
    [TestCase(364)]
    [TestCase(4096)]
    public async Task A_file_of_the_timer_log_that_the_power_left_unfinished_holds_nothing_and_stops_nothing(int length)
    {
        using var directory = new TestDirectory();
        await using var store = WithRecords(directory);
        var timers = TimerStore.Open(store, Clock());
        timers.Add(Now + 9_000, TimerMagic.Default, Now, 1, 100, 0);
        timers.Save(Now);
        timers.Dispose();
        var first = new FileInfo(Directory.GetFiles(Path.Combine(directory, "timerlog")).Single());
        File.WriteAllBytes(Path.Combine(first.DirectoryName!, first.Length.ToString("D20", System.Globalization.CultureInfo.InvariantCulture)), new byte[length]);

        using var again = TimerStore.Open(store, Clock());
        again.Add(Now + 9_000, TimerMagic.Default, Now, 2, 100, 0);

        Assert.That(again.OldestFirst(Now + 9_000).Select(u => u.PhysicalOffset), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Progress_that_outran_the_commit_log_is_not_believed()
    {
        using var directory = new TestDirectory();
        await using var store = WithRecords(directory);
        var timers = TimerStore.Open(store, Clock());
        timers.ReadTo(Now);
        timers.Add(Now + 1_000, TimerMagic.Default, Now, 1, 100, 0);
        timers.TakenTo(1);
        timers.Save(Now);
        timers.ReadTo(Now + 1_000);
        // Its record ends where this log, as after a power failure, does not reach.
        timers.Done(store.MaxPhysicalOffset + 500);
        timers.ReadTo(Now + 2_000);
        timers.Dispose();

        using var again = TimerStore.Open(store, Clock(Now + 60_000));

        Assert.That(again.ReadTimeMs, Is.EqualTo(Now));
        Assert.That(again.OldestFirst(Now + 1_000).Count(), Is.EqualTo(1));
        Assert.That(again.SlotDone, Is.Zero);
    }

    [Test]
    public async Task An_entry_that_outlived_its_record_is_forgotten()
    {
        using var directory = new TestDirectory();
        await using var store = WithRecords(directory);
        var timers = TimerStore.Open(store, Clock());
        timers.Add(Now + 1_000, TimerMagic.Default, Now, 1, 100, 0);
        timers.Add(Now + 1_000, TimerMagic.Default, Now, store.MaxPhysicalOffset, 100, 0);
        timers.Add(Now + 9_000, TimerMagic.Default, Now, store.MaxPhysicalOffset + 100, 100, 0);
        timers.Dispose();

        using var again = TimerStore.Open(store, Clock());

        Assert.That(again.OldestFirst(Now + 1_000).Select(u => u.PhysicalOffset), Is.EqualTo(new[] { 1 }));
        Assert.That(again.Pending, Is.EqualTo(1));
        again.Add(Now + 9_000, TimerMagic.Default, Now, 2, 100, 0);
        Assert.That(again.OldestFirst(Now + 9_000).Select(u => u.PhysicalOffset), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task Log_files_go_when_all_they_name_is_gone_from_the_commit_log()
    {
        using var directory = new TestDirectory();
        var options = Options(directory) with { MappedFileSizeTimerLog = 1024, MappedFileSizeCommitLog = 4096 };
        await using var store = MessageStore.Open(options);
        using var timers = TimerStore.Open(store, Clock());
        for (var i = 0; i < 60; i++)
        {
            timers.Add(Now + 1_000, TimerMagic.Default, Now, i, 100, 0);
        }

        Assert.That(Directory.GetFiles(directory.File("timerlog")), Has.Length.EqualTo(4));
        Assert.That(timers.DeleteExpired(), Is.Zero, "the commit log still starts at 0");
    }

    private static MessageStore WithRecords(TestDirectory directory)
    {
        var store = MessageStore.Open(Options(directory));
        store.Start();
        for (var i = 0; i < 10; i++)
        {
            store.Append("T", 0, new string('x', 100));
        }
        return store;
    }

    private static VirtualTimeProvider Clock(long ms = Now) => new(DateTimeOffset.FromUnixTimeMilliseconds(ms));

    private static StoreOptions Options(TestDirectory directory) =>
        new() { StorePathRootDir = directory, MappedFileSizeCommitLog = 1024 * 1024, MappedFileSizeTimerLog = 64 * 1024 };
}
