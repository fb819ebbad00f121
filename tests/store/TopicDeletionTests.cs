using System.Collections.Concurrent;
using RocketMQ.Store.Tests.Faults;

namespace RocketMQ.Store.Tests;

/// <summary>A topic that is deleted while it is written to: what is appended after the deletion is there, what was before it never is again.</summary>
internal sealed class TopicDeletionTests
{
    private TestDirectory _directory = null!;

    [SetUp]
    public void Prepare() => _directory = new TestDirectory();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task What_is_no_name_deletes_nothing()
    {
        await using var store = Open(FlushDiskType.AsyncFlush);
        store.Start();
        store.Append("T", 0, "kept");
        foreach (var name in (string[])["", ".", "..", "../commitlog", "..\\commitlog", _directory.Path, "T/0", "T\n", new('T', 300)])
        {
            store.DeleteTopic(name);
        }

        Assert.That(Directory.GetFiles(Path.Combine(_directory.Path, "commitlog")), Is.Not.Empty);
        Assert.That(store.Append("T", 0, "more").QueueOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task Beside_flat_out_senders_nothing_appended_after_a_deletion_is_lost_and_nothing_before_it_stays(
        [Values] FlushDiskType flushDiskType)
    {
        await using var store = Open(flushDiskType);
        store.Start();
        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentQueue<(long PhysicalOffset, int QueueId, long QueueOffset, string Body)>();
        var writers = Enumerable.Range(0, 2).Select(w => Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var body = $"{w}-{i}";
                var result = store.Append("T", i % 2, body);
                Assert.That(result.Status, Is.EqualTo(AppendStatus.Ok), store.WriteRefusal);
                acknowledged.Enqueue((result.PhysicalOffset, i % 2, result.QueueOffset, body));
            }
        })).ToList();
        var (before, after) = (0L, 0L);
        for (var round = 0; round < 60; round++)
        {
            Thread.Yield();
            before = store.MaxPhysicalOffset;
            store.DeleteTopic("T");
            after = store.MaxPhysicalOffset;
        }
        SpinWait.SpinUntil(() => acknowledged.Count > 20_000 || writers.Exists(w => w.IsCompleted), TimeSpan.FromSeconds(20));
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        Assert.That(store.Append("T", 0, "the last").IsOk, Is.True);
        await UntilDispatched(store);

        AssertApart(store, acknowledged, before, after);
        await store.StopAsync();
        await using var again = Open(flushDiskType);
        AssertApart(again, acknowledged, before, after);
    }

    [Test]
    public async Task After_a_kill_at_any_time_since_the_deletion_the_old_messages_stay_away([Values] bool isQueueLost)
    {
        using var image = new TestDirectory();
        await using (var store = Open())
        {
            store.Start();
            for (var i = 0; i < 50; i++)
            {
                store.Append("T", 0, $"old {i}");
                store.Append("Other", 0, $"kept {i}");
            }
            store.DeleteTopic("T");
            for (var i = 0; i < 5; i++)
            {
                store.Append("T", 0, $"new {i}");
            }
            Copy(_directory, image);
        }
        if (isQueueLost)
        {
            Directory.CreateDirectory(image.File("consumequeue"));
            Directory.Delete(image.File("consumequeue"), recursive: true);
        }
        await using var killed = MessageStore.Open(Options(image));
        killed.Start();

        Assert.That(killed.Bodies("T", 0), Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"new {i}")));
        Assert.That(killed.Append("T", 0, "new 5").QueueOffset, Is.EqualTo(5));
        Assert.That(killed.Bodies("Other", 0), Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"kept {i}")));
    }

    [Test]
    public async Task Power_that_is_lost_while_a_deletion_is_at_the_files_costs_nothing_that_was_acknowledged_since()
    {
        var files = new LossyFileSystem();
        var store = MessageStore.Open(Options(_directory, FlushDiskType.SyncFlush) with { FlushConsumeQueueThoroughInterval = 20 }, files);
        store.Start();
        for (var i = 0; i < 50; i++)
        {
            store.Append("T", 0, $"old {i}");
        }
        await UntilDispatched(store);
        Assert.That(
            SpinWait.SpinUntil(() => File.Exists(_directory.File("queues.list")) && File.ReadAllText(_directory.File("queues.list")).StartsWith("0 50 T\n", StringComparison.Ordinal), TimeSpan.FromSeconds(10)),
            Is.True);
        files.DirectoryDeleted = () =>
        {
            files.DirectoryDeleted = null;
            store.Append("T", 0, "new");
            Assert.That(store.WaitFlushedAsync(store.MaxPhysicalOffset).AsTask().GetAwaiter().GetResult(), Is.EqualTo(FlushResult.Ok));
            files.Crash();
        };
        store.DeleteTopic("T");
        Assert.That(files.DirectoryDeleted, Is.Null);
        await store.StopAsync();
        await using var again = Open(FlushDiskType.SyncFlush);
        again.Start();

        Assert.That(again.Bodies("T", 0), Is.EqualTo(["new"]));
        Assert.That(again.Append("T", 0, "next").QueueOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task A_deletion_that_was_noted_before_the_files_were_gone_is_finished_at_the_next_start()
    {
        using var image = new TestDirectory();
        await using (var store = Open())
        {
            store.Start();
            for (var i = 0; i < 300; i++)
            {
                store.Append("T", 0, $"old {i}");
            }
            await store.StopAsync();
        }
        Copy(_directory.File("consumequeue"), image);
        await using (var store = Open())
        {
            store.Start();
            store.DeleteTopic("T");
        }
        Copy(image, _directory.File("consumequeue"));
        await using var again = Open();
        again.Start();

        Assert.That(again.MaxOffset("T", 0), Is.Zero);
        Assert.That(again.Append("T", 0, "new").QueueOffset, Is.Zero);
        Assert.That(again.Bodies("T", 0), Is.EqualTo(["new"]));
    }

    [Test]
    public async Task Where_the_log_lost_more_than_the_deletion_the_topic_begins_at_its_end()
    {
        using var early = new TestDirectory();
        await using (var store = Open())
        {
            store.Start();
            store.Append("T", 0, "old");
            await store.StopAsync();
        }
        Copy(_directory, early);
        await using (var store = Open())
        {
            store.Start();
            for (var i = 0; i < 100; i++)
            {
                store.Append("T", 0, $"old, not on the disk {i}");
            }
            store.DeleteTopic("T");
        }
        File.Copy(_directory.File("queues.list"), early.File("queues.list"), overwrite: true);
        await using var lost = MessageStore.Open(Options(early));
        lost.Start();

        Assert.That(lost.Append("T", 0, "new").QueueOffset, Is.Zero);
        Assert.That(lost.Bodies("T", 0), Is.EqualTo(["new"]));
    }

    [Test]
    public async Task A_key_finds_no_message_of_a_topics_earlier_life()
    {
        await using var store = Open();
        store.Start();
        store.Append("T", 0, "old", "KEYS\u0001k\u0002");
        store.DeleteTopic("T");
        store.Append("T", 0, "new", "KEYS\u0001k\u0002");

        using var found = store.Query("T", "k", 64, 0, long.MaxValue);
        Assert.That(found.Records, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task To_look_at_what_nobody_wrote_makes_nothing()
    {
        await using var store = Open();
        store.Start();
        for (var i = 0; i < 1_000; i++)
        {
            Assert.That(store.Queue($"nobody{i}", i * 60), Is.Null);
            Assert.That((store.MinOffset($"nobody{i}", i), store.MaxOffset($"nobody{i}", i)), Is.EqualTo((0L, 0L)));
            store.DeleteTopic($"nobody{i}");
        }
        Assert.That(store.Topics(), Is.Empty);
        Assert.That(File.Exists(_directory.File("queues.list")), Is.False);
    }

    private static void AssertApart(
        MessageStore store, IEnumerable<(long PhysicalOffset, int QueueId, long QueueOffset, string Body)> acknowledged, long before, long after)
    {
        var listed = new HashSet<(int, long, string)>();
        for (var queueId = 0; queueId < 2; queueId++)
        {
            var bodies = store.Bodies("T", queueId);
            listed.UnionWith(bodies.Select((body, offset) => (queueId, (long)offset, body)));
            Assert.That(store.MaxOffset("T", queueId), Is.EqualTo(bodies.Count), "every offset has its message");
        }
        var isLost = acknowledged.Where(a => a.PhysicalOffset >= after && !listed.Contains((a.QueueId, a.QueueOffset, a.Body))).ToList();
        var isBack = acknowledged.Where(a => a.PhysicalOffset < before && listed.Contains((a.QueueId, a.QueueOffset, a.Body))).ToList();
        Assert.That(isLost, Is.Empty);
        Assert.That(isBack, Is.Empty);
    }

    private static async Task UntilDispatched(MessageStore store)
    {
        Assert.That(await store.WaitFlushedAsync(store.MaxPhysicalOffset), Is.EqualTo(FlushResult.Ok));
        SpinWait.SpinUntil(() => store.DispatchedOffset == store.MaxPhysicalOffset, TimeSpan.FromSeconds(10));
        Assert.That(store.DispatchedOffset, Is.EqualTo(store.MaxPhysicalOffset));
    }

    private static void Copy(string from, string to)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "lock"))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = File.Create(target);
            source.CopyTo(copy);
        }
    }

    private MessageStore Open(FlushDiskType flushDiskType = FlushDiskType.AsyncFlush) => MessageStore.Open(Options(_directory, flushDiskType));

    private static StoreOptions Options(string directory, FlushDiskType flushDiskType = FlushDiskType.AsyncFlush) => new()
    {
        StorePathRootDir = directory, MappedFileSizeCommitLog = 1024 * 1024, MappedFileSizeConsumeQueue = 20_000, FlushDiskType = flushDiskType,
        MaxHashSlotNum = 100, MaxIndexNum = 1_000, FlushIntervalConsumeQueue = 20,
    };
}
