using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Tests.Faults;

/// <summary>Crashes that lose what was not flushed.</summary>
internal sealed class LostWritesTests
{
    private TestDirectory _directory = null!;

    [SetUp]
    public void Prepare() => _directory = new TestDirectory();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task With_synchronous_flush_nothing_acknowledged_is_lost([Range(1, 12)] int seed)
    {
        var random = new Random(seed);
        var acknowledged = new Dictionary<(int QueueId, long Offset), string>();
        for (var life = 0; life < 3; life++)
        {
            var files = new LossyFileSystem();
            var store = Open(files, FlushDiskType.SyncFlush);
            store.Start();
            AssertHas(store, acknowledged);
            var writers = Enumerable.Range(0, 4).Select(w => Task.Run(() => Write(store, w, life, acknowledged))).ToList();
            await Task.Delay(random.Next(5, 60));
            files.Crash(random, random.NextDouble());
            await store.StopAsync();
            await Task.WhenAll(writers);
        }
        var last = Open(new LossyFileSystem(), FlushDiskType.SyncFlush);
        AssertHas(last, acknowledged);
        await last.StopAsync();
        Assert.That(acknowledged, Is.Not.Empty);
    }

    [Test]
    public async Task Whatever_pages_survive_a_crash_the_store_opens_and_holds_what_was_flushed([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var files = new LossyFileSystem();
        var store = Open(files, FlushDiskType.AsyncFlush);
        store.Start();
        var kept = new Dictionary<(int, long), string>();
        for (var i = 0; i < 400; i++)
        {
            var body = $"m{i} " + new string('x', random.Next(2_000));
            var result = store.Append("T", i % 3, body);
            kept[(i % 3, result.QueueOffset)] = body;
            if (i == 200)
            {
                Assert.That(await store.WaitFlushedAsync(result.EndOffset), Is.EqualTo(FlushResult.Ok));
            }
        }
        var flushed = kept.Take(201).ToDictionary();
        files.Crash(random, 0.7);
        await store.StopAsync();

        var reopened = Open(new LossyFileSystem(), FlushDiskType.AsyncFlush);
        reopened.Start();
        AssertHas(reopened, flushed);
        for (var queueId = 0; queueId < 3; queueId++)
        {
            var bodies = reopened.Bodies("T", queueId);
            for (var i = 0; i < bodies.Count; i++)
            {
                Assert.That(bodies[i], Is.EqualTo(kept[(queueId, i)]), "what is there is as it was appended");
            }
            Assert.That(reopened.Append("T", queueId, "next").QueueOffset, Is.EqualTo(bodies.Count));
            Assert.That(reopened.Bodies("T", queueId), Has.Count.EqualTo(bodies.Count + 1));
        }
        await reopened.StopAsync();
        LogWalk.Records(_directory);
    }

    [Test]
    public async Task Consumers_see_a_message_only_once_it_is_on_the_disk()
    {
        var files = new LossyFileSystem();
        await using var store = Open(files, FlushDiskType.SyncFlush);
        store.Start();
        ValueTask<FlushResult> wait;
        lock (files.DiskBusy)
        {
            var result = store.Append("T", 0, "m");
            wait = store.WaitFlushedAsync(result.EndOffset);
            Assert.That(store.Bodies("T", 0), Is.Empty);
            Assert.That(wait.IsCompleted, Is.False);
        }
        Assert.That(await wait, Is.EqualTo(FlushResult.Ok));
        Assert.That(() => store.Bodies("T", 0), Is.EqualTo(["m"]).After(1000, 5));
    }

    [Test]
    public async Task Waiters_share_a_flush()
    {
        var files = new LossyFileSystem();
        await using var store = Open(files, FlushDiskType.SyncFlush);
        store.Start();
        await store.WaitFlushedAsync(store.Append("T", 0, "first").EndOffset);
        var before = files.LogFlushes;
        var waits = new List<Task<FlushResult>>();
        lock (files.DiskBusy)
        {
            for (var i = 0; i < 100; i++)
            {
                waits.Add(store.WaitFlushedAsync(store.Append("T", 0, "m").EndOffset).AsTask());
            }
        }
        Assert.That(await Task.WhenAll(waits), Is.All.EqualTo(FlushResult.Ok));
        Assert.That(files.LogFlushes - before, Is.LessThanOrEqualTo(3));
    }

    [Test]
    public async Task A_flush_that_takes_too_long_times_out_and_the_message_stays()
    {
        var time = new TestSupport.VirtualTimeProvider();
        var files = new LossyFileSystem();
        await using var store = Open(files, FlushDiskType.SyncFlush, time);
        store.Start();
        Task<FlushResult> wait;
        lock (files.DiskBusy)
        {
            wait = store.WaitFlushedAsync(store.Append("T", 0, "m").EndOffset).AsTask();
            time.Advance(TimeSpan.FromSeconds(6));
        }
        Assert.That(await wait, Is.EqualTo(FlushResult.Timeout));
        Assert.That(() => store.Bodies("T", 0), Is.EqualTo(["m"]).After(1000, 5));
    }

    [Test]
    public async Task After_a_failed_flush_nothing_more_is_promised()
    {
        var files = new LossyFileSystem();
        await using var store = Open(files, FlushDiskType.SyncFlush);
        store.Start();
        files.FailsToFlush = true;
        Assert.That(await store.WaitFlushedAsync(store.Append("T", 0, "m").EndOffset), Is.EqualTo(FlushResult.Failed));
        files.FailsToFlush = false;
        Assert.That(store.Append("T", 0, "m").Status, Is.EqualTo(AppendStatus.NotWritable));
    }

    private static async Task Write(MessageStore store, int writer, int life, Dictionary<(int, long), string> acknowledged)
    {
        for (var i = 0; ; i++)
        {
            var body = $"life {life} writer {writer} message {i} " + new string('y', i % 700);
            var result = store.Append("T", writer % 2, body);
            if (!result.IsOk)
            {
                return;
            }
            if (await store.WaitFlushedAsync(result.EndOffset) != FlushResult.Ok)
            {
                return;
            }
            lock (acknowledged)
            {
                acknowledged.Add((writer % 2, result.QueueOffset), body);
            }
        }
    }

    private static void AssertHas(MessageStore store, Dictionary<(int QueueId, long Offset), string> expected)
    {
        foreach (var ((queueId, offset), body) in expected)
        {
            using var result = store.Get("T", queueId, offset, 1);
            Assert.That(result.Status, Is.EqualTo(GetStatus.FOUND), $"queue {queueId} offset {offset}");
            Assert.That(MessageRecord.TryRead(result[0], out var record), Is.EqualTo(RecordReadStatus.Ok));
            Assert.That(Encoding.UTF8.GetString(record.Body), Is.EqualTo(body));
            Assert.That(record.QueueOffset, Is.EqualTo(offset));
        }
    }

    private MessageStore Open(LossyFileSystem files, FlushDiskType flush, TimeProvider? time = null) =>
        MessageStore.Open(
            new()
            {
                StorePathRootDir = _directory, MappedFileSizeCommitLog = 128 * 1024, MappedFileSizeConsumeQueue = 2_000, FlushDiskType = flush,
                MaxHashSlotNum = 100, MaxIndexNum = 1000, FlushConsumeQueueThoroughInterval = 10, FlushIntervalConsumeQueue = 5,
            },
            files, time);
}
