using System.Collections.Concurrent;
using RocketMQ.Store.Timing;

namespace RocketMQ.Store.Tests.Faults;

/// <summary>What is flushed into a file is lost with the file's name: names are brought to the disk as well, before anybody relies on what is under them.</summary>
internal sealed class NamesTests
{
    private const long Now = 1_800_000_000_000;

    private TestDirectory _directory = null!;
    private UnflushedNames _files = null!;

    [SetUp]
    public void Prepare()
    {
        _directory = new TestDirectory();
        _files = new UnflushedNames();
    }

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task What_is_acknowledged_stands_in_a_file_whose_name_is_on_the_disk()
    {
        await using var store = MessageStore.Open(Options(FlushDiskType.SyncFlush), _files);
        store.Start();
        for (var i = 0; i < 50; i++)
        {
            var result = store.Append("T", 0, new string('x', 4_000));
            Assert.That(await store.WaitFlushedAsync(result.EndOffset), Is.EqualTo(FlushResult.Ok));
            var file = _directory.File("store", "commitlog", (result.PhysicalOffset / FileSize * FileSize).ToString("D20"));
            Assert.That(_files.Under(file), Is.Empty);
            Assert.That(_files.Under(_directory.File("store")), Has.None.EqualTo(_directory.File("store")).And.None.EqualTo(_directory.File("store", "commitlog")));
        }
    }

    [Test]
    public async Task The_point_that_a_start_resumes_at_counts_on_no_queue_whose_name_may_be_lost()
    {
        var seen = new ConcurrentBag<string>();
        var checkpoints = 0;
        _files.Flushing = path =>
        {
            if (Path.GetFileName(path) == "checkpoint")
            {
                checkpoints++;
                _files.Under(_directory.File("store", "consumequeue")).Concat(_files.Under(path)).ToList().ForEach(seen.Add);
            }
        };
        await using (var store = MessageStore.Open(Options(FlushDiskType.AsyncFlush), _files))
        {
            store.Start();
            for (var i = 0; i < 400; i++)
            {
                store.Append($"T{i % 7}", i % 3, "m");
            }
            store.DeleteTopic("T1");
            store.Append("T1", 0, "m");
        }

        Assert.That(checkpoints, Is.GreaterThan(0));
        Assert.That(seen, Is.Empty);
    }

    [Test]
    public async Task A_store_that_was_stopped_leaves_no_name_to_chance()
    {
        await using (var store = MessageStore.Open(Options(FlushDiskType.AsyncFlush), _files))
        {
            store.Start();
            for (var i = 0; i < 400; i++)
            {
                store.Append($"T{i % 7}", i % 3, new string('x', 1_000), "KEYS\u0001k\u0002");
            }
            store.DeleteTopic("T1");
            using (var timers = TimerStore.Open(store, TimeProvider.System, _files))
            {
                timers.Add(Now, TimerMagic.Default, Now - 1_000, 0, 100, 0);
                timers.Save(Now);
            }
            Assert.That(_files.Under(_directory.File("store")), Has.None.Contains("timer"));
        }

        Assert.That(_files.Under(_directory.File("store")), Is.Empty);
    }

    private const int FileSize = 64 * 1024;

    private StoreOptions Options(FlushDiskType flushDiskType) => new()
    {
        StorePathRootDir = _directory.File("store"), MappedFileSizeCommitLog = FileSize, MappedFileSizeConsumeQueue = 2_000, FlushDiskType = flushDiskType,
        MaxHashSlotNum = 100, MaxIndexNum = 100, FlushIntervalConsumeQueue = 10, FlushConsumeQueueThoroughInterval = 20,
    };
}
