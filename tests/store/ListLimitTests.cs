using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Replication;
using RocketMQ.Store.Tests.Faults;
using RocketMQ.TestSupport;

namespace RocketMQ.Store.Tests;

/// <summary>A limit of what is listed: nobody sees what is behind it, and the log grows on.</summary>
internal sealed class ListLimitTests
{
    private TestDirectory _directory = null!;

    [SetUp]
    public void Prepare() => _directory = new TestDirectory();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task A_record_is_seen_once_the_limit_is_behind_its_end_and_not_a_byte_before()
    {
        await using var store = Open();
        var seen = new List<long>();
        store.AddDispatcher(new Seen(seen));
        var arrived = 0;
        store.MessageArrived += (in _) => arrived++;
        store.ListUpTo(0);
        store.Start();
        var ends = Enumerable.Range(0, 40).Select(i => store.Append("T", 0, $"m{i} " + new string('x', 500), "KEYS\u0001k\u0002").EndOffset).ToList();
        Assert.That(ends[^1], Is.GreaterThan(2 * 8192), "in several files");
        for (var i = 0; i < ends.Count; i++)
        {
            foreach (var tooLittle in new[] { ends[i] - 1, ends[i] - 100, i == 0 ? 1 : ends[i - 1] + 1 })
            {
                store.ListUpTo(tooLittle);
                Assert.That((store.MaxOffset("T", 0), arrived), Is.EqualTo(((long)i, i)), $"limit {tooLittle}, record to {ends[i]}");
            }
            using (var found = store.Query("T", "k", 64, 0, long.MaxValue))
            {
                Assert.That(found.Records, Has.Count.EqualTo(i));
            }
            store.ListUpTo(ends[i]);
            Assert.That((store.MaxOffset("T", 0), arrived, store.DispatchedOffset), Is.EqualTo((i + 1L, i + 1, ends[i])));
        }
        Assert.That(store.Bodies("T", 0), Has.Count.EqualTo(40));
        Assert.That(seen, Is.EqualTo(ends));
    }

    [Test]
    public async Task A_limit_that_falls_takes_nothing_back_and_holds_what_comes()
    {
        await using var store = Open();
        store.Start();
        var first = store.Append("T", 0, "first");
        store.ListUpTo(0);
        Assert.That(store.MaxOffset("T", 0), Is.EqualTo(1));
        var second = store.Append("T", 0, "second");
        Assert.That(second.QueueOffset, Is.EqualTo(1));
        store.ListUpTo(first.EndOffset);
        Assert.That(store.MaxOffset("T", 0), Is.EqualTo(1));
        store.ListUpTo(long.MaxValue);
        Assert.That(store.Bodies("T", 0), Is.EqualTo(["first", "second"]));
    }

    [Test]
    public async Task With_synchronous_flush_the_disk_and_the_limit_both_have_to_be_there()
    {
        var files = new LossyFileSystem();
        await using var store = Open(files: files, flush: FlushDiskType.SyncFlush);
        store.Start();
        store.ListUpTo(0);
        var first = store.Append("T", 0, "first");
        Assert.That(await store.WaitFlushedAsync(first.EndOffset), Is.EqualTo(FlushResult.Ok));
        Assert.That(store.MaxOffset("T", 0), Is.Zero, "on the disk, beyond the limit");
        store.ListUpTo(long.MaxValue);
        Assert.That(store.MaxOffset("T", 0), Is.EqualTo(1));
        ValueTask<FlushResult> wait;
        lock (files.DiskBusy)
        {
            wait = store.WaitFlushedAsync(store.Append("T", 0, "second").EndOffset);
            store.ListUpTo(store.MaxPhysicalOffset);
            Assert.That(store.MaxOffset("T", 0), Is.EqualTo(1), "within the limit, not on the disk");
        }
        Assert.That(await wait, Is.EqualTo(FlushResult.Ok));
        Assert.That(() => store.MaxOffset("T", 0), Is.EqualTo(2).After(5000, 5));
    }

    [Test]
    public async Task When_too_much_waits_for_the_limit_messages_are_refused_with_the_replicas_as_the_reason_until_it_moves()
    {
        await using var store = Open(maxBehind: 10_000);
        store.ListUpTo(0);
        store.Start();
        AppendResult result;
        var ends = new List<long>();
        while ((result = store.Append("T", 0, new string('x', 500))).IsOk && ends.Count < 100)
        {
            ends.Add(result.EndOffset);
        }
        Assert.That(ends[^1], Is.InRange(10_000, 10_800));
        Assert.That(result.Status, Is.EqualTo(AppendStatus.Busy));
        Assert.That(store.WriteRefusal, Does.Contain("acknowledged by replicas").And.Contain("maxDispatchBehindBytes").And.Contain("10000").And.Contain("slaves"));

        store.ListUpTo(3_000);
        Assert.That(store.WriteStatus, Is.EqualTo(AppendStatus.Busy), "more than half waits");
        store.ListUpTo(6_000);
        Assert.That((store.WriteStatus, store.WriteRefusal), Is.EqualTo((AppendStatus.Ok, (string?)null)));
        Assert.That(store.Append("T", 0, "goes on").IsOk, Is.True);
    }

    [Test]
    public async Task A_stop_keeps_to_the_limit_and_the_next_start_lists_all_the_log_has()
    {
        var seen = new List<long>();
        var ends = new List<long>();
        await using (var store = Open())
        {
            store.AddDispatcher(new Seen(seen));
            store.Start();
            for (var i = 0; i < 30; i++)
            {
                ends.Add(store.Append(i % 2 == 0 ? "T" : "Unlisted", 0, $"m{i} " + new string('x', 400)).EndOffset);
                if (i == 4)
                {
                    store.ListUpTo(ends[^1] + 10);
                }
            }
        }
        Assert.That(seen, Is.EqualTo(ends.Take(5)));
        Assert.That(File.Exists(_directory.File("abort")), Is.False);
        await using var again = Open();
        again.Start();
        Assert.That(again.Bodies("T", 0), Has.Count.EqualTo(15));
        Assert.That(again.Bodies("Unlisted", 0), Has.Count.EqualTo(15));
        Assert.That(again.Append("T", 0, "goes on").QueueOffset, Is.EqualTo(15));
    }

    [Test]
    public async Task A_kill_behind_the_limit_costs_nothing_that_was_received()
    {
        using var image = new TestDirectory();
        await using (var store = Open())
        {
            store.Start();
            store.ListUpTo(store.Append("T", 0, "m0").EndOffset);
            for (var i = 1; i < 20; i++)
            {
                store.Append("T", 0, $"m{i}");
            }
            foreach (var path in Directory.GetFiles(_directory, "*", SearchOption.AllDirectories).Where(p => !p.EndsWith("lock", StringComparison.Ordinal)))
            {
                var target = image.File(Path.GetRelativePath(_directory, path));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(path, target);
            }
        }
        await using var killed = Open(image);
        Assert.That(killed.Bodies("T", 0), Has.Count.EqualTo(20));
    }

    [Test]
    public async Task A_slave_lists_what_it_received_up_to_the_limit_however_it_is_cut_and_all_of_it_before_it_takes_over(
        [Values] FlushDiskType flush, [Values(1, 37, 1000)] int piece)
    {
        using var there = new TestDirectory();
        await using var master = Open(there);
        await using var slave = Open(flush: flush, maxBehind: 4_000);
        master.Start();
        slave.ForbidAppends();
        slave.ListUpTo(0);
        slave.Start();
        var ends = Enumerable.Range(0, 30).Select(i => master.Append("T", i % 2, $"m{i} " + new string('x', 300)).EndOffset).ToList();
        Ship(master, slave, piece);
        Assert.That(slave.ReceivedOffset, Is.EqualTo(ends[^1]), "what waits for the limit keeps nothing from coming");
        Assert.That((slave.DispatchedOffset, slave.MaxOffset("T", 0)), Is.EqualTo((0L, 0L)));

        slave.ListUpTo(ends[9] + 5);
        Assert.That(() => slave.DispatchedOffset, Is.EqualTo(ends[9]).After(5000, 5));
        Assert.That((slave.MaxOffset("T", 0), slave.MaxOffset("T", 1)), Is.EqualTo((5L, 5L)));
        slave.DropUnfinished();
        Assert.That(slave.DispatchedOffset, Is.EqualTo(ends[9]));

        await slave.AllowAppendsAsync();
        Assert.That((slave.DispatchedOffset, slave.MaxOffset("T", 0), slave.MaxOffset("T", 1)), Is.EqualTo((ends[^1], 15L, 15L)));
        Assert.That(slave.Append("T", 1, "its own").QueueOffset, Is.EqualTo(15));
    }

    [Test]
    public async Task A_slave_that_got_half_a_record_and_then_garbage_lists_nothing_of_it()
    {
        using var there = new TestDirectory();
        await using var master = Open(there);
        await using var slave = Open();
        master.Start();
        slave.ForbidAppends();
        slave.ListUpTo(0);
        slave.Start();
        var first = master.Append("T", 0, "first");
        var second = master.Append("T", 0, "second");
        using (var lease = master.LeaseLog(0, (int)second.EndOffset))
        {
            Assert.That(slave.Receive(0, lease.Bytes[..^20], out _), Is.EqualTo(ReceiveStatus.Ok));
        }
        slave.ListUpTo(second.EndOffset);
        Assert.That((slave.DispatchedOffset, slave.MaxPhysicalOffset), Is.EqualTo((first.EndOffset, first.EndOffset)), "the limit is behind what is whole");
        slave.DropUnfinished();
        Assert.That(slave.Receive(first.EndOffset, Enumerable.Repeat((byte)9, 50).ToArray(), out _), Is.EqualTo(ReceiveStatus.NotALog));
        Assert.That((slave.DispatchedOffset, slave.ReceivedOffset), Is.EqualTo((first.EndOffset, first.EndOffset)));
        await slave.StopAsync();
        await using var again = Open();
        Assert.That(again.MaxPhysicalOffset, Is.EqualTo(first.EndOffset));
        Assert.That(again.Bodies("T", 0), Is.EqualTo(["first"]));
    }

    [Test]
    public async Task A_slow_disk_keeps_who_takes_over_waiting_until_all_is_listed()
    {
        using var there = new TestDirectory();
        await using var master = Open(there);
        var files = new LossyFileSystem();
        await using var slave = MessageStore.Open(Options(_directory) with { FlushDiskType = FlushDiskType.SyncFlush, SyncFlushTimeout = 20 }, files);
        master.Start();
        slave.ForbidAppends();
        slave.Start();
        master.Append("T", 0, "first");

        // The log has its file then: to make one waits for the disk, too.
        Ship(master, slave, 1000);
        Assert.That(await slave.WaitFlushedAsync(slave.MaxPhysicalOffset), Is.Not.EqualTo(FlushResult.Failed));
        master.Append("T", 0, "m");
        Task takingOver;
        using (var isBusy = new ManualResetEventSlim())
        using (var isDone = new ManualResetEventSlim())
        {
            var disk = Task.Run(() =>
            {
                lock (files.DiskBusy)
                {
                    isBusy.Set();
                    isDone.Wait();
                }
            });
            try
            {
                isBusy.Wait();
                Ship(master, slave, 1000);
                takingOver = slave.AllowAppendsAsync();
                await Task.Delay(100);
                Assert.That((takingOver.IsCompleted, slave.WriteStatus), Is.EqualTo((false, AppendStatus.NotMaster)));
            }
            finally
            {
                isDone.Set();
                await disk;
            }
        }

        await takingOver;
        Assert.That((slave.MaxOffset("T", 0), slave.WriteStatus), Is.EqualTo((2L, AppendStatus.Ok)));
    }

    [Test]
    public async Task Beside_many_writers_a_limit_that_moves_loses_no_record_and_lets_none_through_early()
    {
        await using var store = MessageStore.Open(Options(_directory) with { MappedFileSizeCommitLog = 1024 * 1024, MessageIndexEnable = false });
        var limit = 0L;
        var early = 0;
        var count = 0;
        store.MessageArrived += (in record) =>
        {
            count++;
            early += record.PhysicalOffset + record.Record.Size > Volatile.Read(ref limit) ? 1 : 0;
        };
        store.ListUpTo(0);
        store.Start();
        const int PerWriter = 20_000;
        var writers = Enumerable.Range(0, 3).Select(w => Task.Run(() =>
        {
            for (var i = 0; i < PerWriter; i++)
            {
                Assert.That(store.Append("T", w, "message").IsOk, Is.True, store.WriteRefusal);
            }
        })).ToList();
        var random = new Random(1);
        while (!writers.TrueForAll(w => w.IsCompleted) || limit < store.MaxPhysicalOffset)
        {
            // As a slave's acknowledgements come: anywhere within a record, and never beyond what was sent to it.
            var next = Math.Min(store.MaxPhysicalOffset, limit + random.Next(5_000));
            Volatile.Write(ref limit, next);
            store.ListUpTo(next);
        }
        await Task.WhenAll(writers);
        Assert.That(() => store.DispatchedOffset, Is.EqualTo(store.MaxPhysicalOffset).After(10_000, 5));
        Assert.That((count, early), Is.EqualTo((3 * PerWriter, 0)));
    }

    [Test]
    public async Task In_steady_state_an_append_and_the_limit_that_follows_it_allocate_nothing()
    {
        await using var store = MessageStore.Open(Options(_directory) with { MappedFileSizeCommitLog = 16 * 1024 * 1024, MappedFileSizeConsumeQueue = 600_000 });
        store.ListUpTo(0);
        store.Start();
        var body = new byte[128];
        void Append(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var result = store.Append(new MessageDraft { Topic = "T", QueueId = i & 3, BornHost = Messages.Client, StoreHost = Messages.Broker, Body = body });
                store.ListUpTo(result.EndOffset - 1);
                store.ListUpTo(result.EndOffset);
            }
        }
        Append(2_000);
        Assert.That(Allocations.Least(() => Append(200)), Is.Zero);
        Assert.That(store.DispatchedOffset, Is.EqualTo(store.MaxPhysicalOffset));
    }

    [Test]
    public async Task A_delayed_or_timed_message_and_a_light_queue_show_nothing_behind_the_limit_either()
    {
        await using var store = MessageStore.Open(Options(_directory) with { EnableLmq = true, EnableMultiDispatch = true });
        store.ListUpTo(0);
        store.Start();
        store.Append("SCHEDULE_TOPIC_XXXX", 2, "delayed", "DELAY\u00013\u0002");
        store.Append("rmq_sys_wheel_timer", 0, "timed", "TIMER_OUT_MS\u00011\u0002");
        store.Append("T", 0, "light", "INNER_MULTI_DISPATCH\u0001%LMQ%a\u0002");
        var queues = new[] { ("SCHEDULE_TOPIC_XXXX", 2), ("rmq_sys_wheel_timer", 0), ("T", 0), ("%LMQ%a", 0) };
        Assert.That(queues.Select(q => store.MaxOffset(q.Item1, q.Item2)), Is.All.Zero);
        store.ListUpTo(store.MaxPhysicalOffset);
        Assert.That(queues.Select(q => store.MaxOffset(q.Item1, q.Item2)), Is.All.EqualTo(1));
    }

    [Test]
    public async Task The_boundary_before_an_offset_is_found_wherever_it_lies()
    {
        await using var store = Open();
        store.Start();
        Assert.That((store.RecordStartAtOrBefore(0), store.RecordStartAtOrBefore(1)), Is.EqualTo((0L, -1L)));
        var bounds = new SortedSet<long>();
        while (store.MaxPhysicalOffset < 3 * 8192)
        {
            var result = store.Append("T", 0, new string('x', 700));
            bounds.UnionWith([result.PhysicalOffset, result.EndOffset]);
        }
        // A file's last record ends where its blank end begins; the next file's first record begins where that ends.
        for (var offset = 0L; offset <= store.MaxPhysicalOffset; offset++)
        {
            Assert.That(store.RecordStartAtOrBefore(offset), Is.EqualTo(bounds.GetViewBetween(0, offset).Max), $"{offset}");
        }
        Assert.That((store.RecordStartAtOrBefore(store.MaxPhysicalOffset + 1), store.RecordStartAtOrBefore(-1)), Is.EqualTo((-1L, -1L)));
        await store.StopAsync();

        File.Delete(_directory.File("commitlog", new string('0', 20)));
        await using var later = Open();
        Assert.That((later.RecordStartAtOrBefore(8191), later.RecordStartAtOrBefore(8192), later.RecordStartAtOrBefore(8193)), Is.EqualTo((-1L, 8192L, 8192L)));
    }

    private static void Ship(MessageStore master, MessageStore slave, int piece)
    {
        while (slave.ReceivedOffset < master.MaxPhysicalOffset)
        {
            using var lease = master.LeaseLog(slave.ReceivedOffset, piece);
            Assert.That(slave.Receive(slave.ReceivedOffset, lease.Bytes, out var fault), Is.EqualTo(ReceiveStatus.Ok), fault);
        }
    }

    private static StoreOptions Options(string directory) => new()
    {
        StorePathRootDir = directory, MappedFileSizeCommitLog = 8192, MappedFileSizeConsumeQueue = 2_000, MaxHashSlotNum = 100, MaxIndexNum = 1_000,
    };

    private MessageStore Open(string? directory = null, LossyFileSystem? files = null, FlushDiskType flush = FlushDiskType.AsyncFlush, long maxBehind = 256 * 1024 * 1024) =>
        MessageStore.Open(Options(directory ?? _directory) with { FlushDiskType = flush, MaxDispatchBehindBytes = maxBehind }, files);

    private sealed class Seen(List<long> ends) : ILogDispatcher
    {
        public void OnRecord(in DispatchedRecord record) => ends.Add(record.PhysicalOffset + record.Record.Size);
    }
}
