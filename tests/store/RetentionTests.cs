using RocketMQ.Store.Files;
using RocketMQ.Store.Tests.Faults;
using RocketMQ.TestSupport;

namespace RocketMQ.Store.Tests;

/// <summary>What goes when, on a clock and a disk the test moves.</summary>
internal sealed class RetentionTests
{
    private const int LogFileSize = 64 * 1024;

    private TestDirectory _directory = null!;
    private VirtualTimeProvider _time = null!;
    private LossyFileSystem _files = null!;
    private TestLog _log = null!;

    [SetUp]
    public void Prepare()
    {
        _directory = new TestDirectory();
        _time = new VirtualTimeProvider(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
        _files = new LossyFileSystem { WrittenAt = _time.GetUtcNow() };
        _log = new TestLog();
    }

    [TearDown]
    public void Clean()
    {
        _directory.Dispose();
        _log.Dispose();
    }

    [Test]
    public async Task Files_go_when_they_expire_in_the_hour_of_deleteWhen_and_queues_and_index_follow()
    {
        await using var store = Open();
        Fill(store, 600);
        _time.Advance(TimeSpan.FromHours(73));
        Assert.That(store.MinPhysicalOffset, Is.Zero, "it is 13 h, not 4");
        _time.Advance(TimeSpan.FromHours(15));
        Until(() => store.MinPhysicalOffset == store.MaxPhysicalOffset / LogFileSize * LogFileSize && store.MinOffset("T", 0) > 400);
        Assert.That(Directory.GetFiles(_directory.File("commitlog")), Has.Length.LessThanOrEqualTo(2));
        var min = store.MinOffset("T", 0);
        using var tooSmall = store.Get("T", 0, 0, 32);
        Assert.That((tooSmall.Status, tooSmall.NextBeginOffset), Is.EqualTo((GetStatus.OFFSET_TOO_SMALL, min)));
        Assert.That(store.Bodies("T", 0, min), Has.Count.EqualTo(600 - min));
        Assert.That(store.EarliestStoreTimestamp("T", 0), Is.GreaterThan(0));
        Assert.That(Directory.GetFiles(_directory.File("consumequeue", "T", "0")).Length, Is.LessThanOrEqualTo(2));
        await store.StopAsync();
        _files = new LossyFileSystem();
        await using var again = Open();
        Assert.That(again.MinOffset("T", 0), Is.EqualTo(min));
        Assert.That(again.MaxOffset("T", 0), Is.EqualTo(600));
    }

    [Test]
    public async Task Queues_of_batches_follow_as_any_other()
    {
        static MessageStore Start(MessageStore store)
        {
            store.Start();
            return store;
        }
        var options = new StoreOptions
        {
            StorePathRootDir = _directory, MappedFileSizeCommitLog = LogFileSize, MapperFileSizeBatchConsumeQueue = 460, MaxHashSlotNum = 100, MaxIndexNum = 1000,
        };
        await using (var store = Start(MessageStore.Open(options, _files, _time, _log, () => _ => QueueType.BatchCQ)))
        {
            for (var i = 0; i < 200; i++)
            {
                Assert.That(Batches.Append(store, "T", 0, 50).IsOk, Is.True);
            }
            _time.Advance(TimeSpan.FromHours(88));
            Until(() => store.MinPhysicalOffset == store.MaxPhysicalOffset / LogFileSize * LogFileSize && store.MinOffset("T", 0) > 5_000);
        }
        _files = new LossyFileSystem();
        await using var again = MessageStore.Open(options, _files, _time, _log, () => _ => QueueType.BatchCQ);
        var min = again.MinOffset("T", 0);
        Assert.That((min % 50, again.MaxOffset("T", 0)), Is.EqualTo((0L, 10_000L)));
        Assert.That(Directory.GetFiles(_directory.File("batchconsumequeue", "T", "0")).Length, Is.LessThan(12));
        using var tooSmall = again.Get("T", 0, min - 1, 32);
        Assert.That((tooSmall.Status, tooSmall.NextBeginOffset), Is.EqualTo((GetStatus.OFFSET_TOO_SMALL, min)));
        Assert.That(again.Bodies("T", 0, min), Has.Count.EqualTo((10_000 - min) / 50));
    }

    [Test]
    public async Task A_filling_disk_takes_files_before_they_expire_ten_a_round_and_never_the_last()
    {
        await using var store = Open();
        Fill(store, 2000);
        var files = store.MaxPhysicalOffset / LogFileSize;
        Assert.That(files, Is.GreaterThan(15));
        _files.Space = new DiskSpace(1000, 870, 130);
        _time.Advance(TimeSpan.FromSeconds(10));
        Until(() => store.MinPhysicalOffset == 10 * LogFileSize, within: TimeSpan.FromSeconds(2));
        Assert.That(store.WriteStatus, Is.EqualTo(AppendStatus.Ok));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(store.MinPhysicalOffset, Is.EqualTo(10 * LogFileSize), "the round is over");
        Until(() => store.MinPhysicalOffset == files * LogFileSize);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.That(store.MinPhysicalOffset, Is.EqualTo(files * LogFileSize));
        Assert.That(store.Append("T", 0, "still").IsOk, Is.True);
    }

    [Test]
    public async Task A_file_goes_only_once_it_is_on_the_disk()
    {
        await using var store = Open();
        Fill(store, 600);
        lock (_files.DiskBusy)
        {
            _files.Space = new DiskSpace(1000, 870, 130);
            _time.Advance(TimeSpan.FromSeconds(20));
            Assert.That(SpinWait.SpinUntil(() => store.MinPhysicalOffset > 0, 50), Is.False);
        }
        Until(() => store.MinPhysicalOffset > 0);
        Assert.That(store.WriteStatus, Is.EqualTo(AppendStatus.Ok));
    }

    [Test]
    public async Task Over_the_limit_messages_are_refused_until_there_is_space()
    {
        await using var store = Open();
        Fill(store, 10);
        _files.Space = new DiskSpace(1000, 910, 90);
        _time.Advance(TimeSpan.FromSeconds(10));
        Until(() => store.Append("T", 0, "m").Status == AppendStatus.DiskFull);
        Assert.That(store.WriteRefusal, Does.Contain(_directory.Path).And.Contain("91 %").And.Contain("diskSpaceWarningLevelRatio=90").And.Contain("free space"));
        _files.Space = new DiskSpace(1000, 500, 500);
        Until(() => store.Append("T", 0, "m").Status == AppendStatus.Ok);
        Assert.That(store.WriteRefusal, Is.Null);
    }

    [Test]
    public async Task Expired_files_go_at_any_hour_when_the_disk_is_over_its_ratio_or_somebody_asks([Values] bool asked)
    {
        await using var store = Open();
        Fill(store, 600);
        _time.Advance(TimeSpan.FromHours(73));
        if (asked)
        {
            store.RequestCleaning();
        }
        else
        {
            _files.Space = new DiskSpace(1000, 760, 240);
        }
        Until(() => store.MinPhysicalOffset > 0);
    }

    [Test]
    public async Task With_cleanFileForciblyEnable_off_a_full_disk_takes_only_what_expired()
    {
        await using var store = Open(o => o with { CleanFileForciblyEnable = false });
        Fill(store, 600);
        _files.Space = new DiskSpace(1000, 950, 50);
        Until(() => store.WriteStatus == AppendStatus.DiskFull);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(store.MinPhysicalOffset, Is.Zero);
        _time.Advance(TimeSpan.FromHours(73));
        Until(() => store.MinPhysicalOffset > 0);
    }

    [Test]
    public async Task A_file_that_cannot_be_deleted_stays_part_of_the_log_and_is_tried_again_later()
    {
        await using var store = Open();
        Fill(store, 600);
        _files.FailsToDelete = true;
        _files.Space = new DiskSpace(1000, 870, 130);
        Until(() => _log.Lines.Any(l => l.Contains("redeleteHangedFileInterval", StringComparison.Ordinal)));
        Assert.That(store.MinPhysicalOffset, Is.Zero);
        Assert.That(store.Bodies("T", 0), Has.Count.EqualTo(600));
        _files.FailsToDelete = false;
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.That(store.MinPhysicalOffset, Is.Zero);
        Until(() => store.MinPhysicalOffset > 0, within: TimeSpan.FromSeconds(120));
        _files.Space = new DiskSpace(1000, 100, 900);
        await store.StopAsync();
        await using var again = Open();
        Assert.That(again.MinPhysicalOffset, Is.GreaterThan(0));
        Assert.That(again.Bodies("T", 0, again.MinOffset("T", 0)), Has.Count.EqualTo(600 - again.MinOffset("T", 0)));
    }

    [Test]
    public async Task Index_files_go_with_the_messages_they_list()
    {
        await using var store = Open(o => o with { MaxIndexNum = 100 });
        Fill(store, 600);
        using (var all = store.Query("T", "k", 64, 0, long.MaxValue))
        {
            Assert.That(all.Records, Has.Count.EqualTo(64));
        }
        Assert.That(Directory.GetFiles(_directory.File("index")), Has.Length.GreaterThan(5));
        _files.Space = new DiskSpace(1000, 870, 130);
        Until(() => Directory.GetFiles(_directory.File("index")).Length <= 3);
        using var left = store.Query("T", "k", 64, 0, long.MaxValue);
        Assert.That(left.Records, Is.Not.Empty);
        Assert.That(left.Records.Select(r => r.PhysicalOffset), Is.All.GreaterThanOrEqualTo(store.MinPhysicalOffset));
    }

    [Test]
    public async Task A_reader_keeps_what_it_holds_while_the_file_is_deleted()
    {
        await using var store = Open();
        Fill(store, 600);
        using var held = store.Get("T", 0, 0, 5);
        var before = held[0].ToArray();
        _files.Space = new DiskSpace(1000, 870, 130);
        Until(() => store.MinPhysicalOffset > 0);
        Assert.That(File.Exists(_directory.File("commitlog", new string('0', 20))), Is.False, "a crash now must find no gap");
        Assert.That(held[0].ToArray(), Is.EqualTo(before));
        Assert.That(store.Read(0).IsValid, Is.False);
    }

    [Test]
    public async Task Without_space_for_the_next_file_messages_are_refused_and_taken_again_later()
    {
        _files.IsTight = true;
        await using var store = Open();
        Assert.That(store.Append("T", 0, "m").Status, Is.EqualTo(AppendStatus.DiskFull), "not even a first file");
        Assert.That(store.WriteRefusal, Does.Contain(_directory.File("commitlog")).And.Contain($"{LogFileSize} bytes (mappedFileSizeCommitLog)").And.Contain("free"));
        _files.IsTight = false;
        Until(() => store.Append("T", 0, "m").IsOk);
        var appended = 0;
        _files.IsFull = true;
        AppendStatus status;
        while ((status = store.Append("T", 0, new string('x', 1000)).Status) == AppendStatus.Ok)
        {
            appended++;
        }
        Assert.That(status, Is.EqualTo(AppendStatus.DiskFull));
        Assert.That(store.Bodies("T", 0), Has.Count.EqualTo(appended + 1), "all that was taken can be read");
        _files.IsFull = false;
        Until(() => store.Append("T", 0, "m").IsOk);
        Assert.That(store.WriteRefusal, Is.Null);
    }

    [Test]
    public async Task Queues_that_find_no_space_hold_messages_off_until_they_do()
    {
        await using var store = Open();
        Fill(store, 10);
        _files.IsFull = true;
        Until(() => store.WriteStatus == AppendStatus.DiskFull);
        Assert.That(store.WriteRefusal, Does.Contain("consume queues").And.Contain(_directory.Path));
        Assert.That(store.Bodies("T", 0), Has.Count.EqualTo(10), "what was taken can be read all the same");
        _files.IsFull = false;
        Until(() => store.Append("T", 0, "m").IsOk);
        await store.StopAsync();
        _files = new LossyFileSystem();
        await using var again = Open();
        Assert.That(again.MaxOffset("T", 0), Is.EqualTo(11));
    }

    private MessageStore Open(Func<StoreOptions, StoreOptions>? configure = null)
    {
        var options = new StoreOptions
        {
            StorePathRootDir = _directory, MappedFileSizeCommitLog = LogFileSize, MappedFileSizeConsumeQueue = 2_000, MaxHashSlotNum = 100,
            MaxIndexNum = 1000,
        };
        var store = MessageStore.Open(configure?.Invoke(options) ?? options, _files, _time, _log);
        store.Start();
        return store;
    }

    /// <summary>Lets time pass, in the store's steps, until something holds.</summary>
    private void Until(Func<bool> holds, TimeSpan? within = null)
    {
        for (var passed = TimeSpan.Zero; passed <= (within ?? TimeSpan.FromMinutes(2)); passed += TimeSpan.FromMilliseconds(100))
        {
            // The store's threads need real time to follow.
            if (SpinWait.SpinUntil(holds, 2))
            {
                return;
            }
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }
        Assert.That(SpinWait.SpinUntil(holds, 2000), Is.True, "it did not happen");
    }

    private static void Fill(MessageStore store, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.That(store.Append("T", 0, $"m{i} " + new string('x', 500), "KEYS\u0001k\u0002").IsOk, Is.True);
        }
    }
}
