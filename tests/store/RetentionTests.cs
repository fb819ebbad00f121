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

    [SetUp]
    public void Prepare()
    {
        _directory = new TestDirectory();
        _time = new VirtualTimeProvider(DateTimeOffset.UtcNow.Date.AddHours(12));
        _files = new LossyFileSystem();
    }

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task Files_go_when_they_expire_in_the_hour_of_deleteWhen_and_queues_and_index_follow()
    {
        await using var store = Open();
        Fill(store, 600);
        _time.Advance(TimeSpan.FromHours(73));
        Assert.That(store.MinPhysicalOffset, Is.Zero, "it is 13 h, not 4");
        _time.Advance(TimeSpan.FromHours(15));
        Assert.That(() => store.MinPhysicalOffset, Is.EqualTo(store.MaxPhysicalOffset / LogFileSize * LogFileSize).After(3000, 10));
        Assert.That(() => store.MinOffset("T", 0), Is.GreaterThan(400).After(3000, 10));
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
    public async Task A_filling_disk_takes_files_before_they_expire_ten_a_round_and_never_the_last()
    {
        await using var store = Open();
        Fill(store, 2000);
        var files = store.MaxPhysicalOffset / LogFileSize;
        Assert.That(files, Is.GreaterThan(15));
        _files.Space = new DiskSpace(1000, 870, 130);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(() => store.MinPhysicalOffset, Is.EqualTo(10 * LogFileSize).After(3000, 10));
        Assert.That(store.WriteStatus, Is.EqualTo(AppendStatus.Ok));
        for (var round = 0; round < 5; round++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(20);
        }
        Assert.That(() => store.MinPhysicalOffset, Is.EqualTo(files * LogFileSize).After(3000, 10));
        Assert.That(store.Append("T", 0, "still").IsOk, Is.True);
    }

    [Test]
    public async Task Over_the_limit_messages_are_refused_until_there_is_space()
    {
        await using var store = Open();
        Fill(store, 10);
        _files.Space = new DiskSpace(1000, 910, 90);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(() => store.Append("T", 0, "m").Status, Is.EqualTo(AppendStatus.DiskFull).After(3000, 10));
        _files.Space = new DiskSpace(1000, 500, 500);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(() => store.Append("T", 0, "m").Status, Is.EqualTo(AppendStatus.Ok).After(3000, 10));
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
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(() => store.MinPhysicalOffset, Is.GreaterThan(0).After(3000, 10));
    }

    [Test]
    public async Task A_reader_keeps_what_it_holds_while_the_file_is_deleted()
    {
        await using var store = Open();
        Fill(store, 600);
        using var held = store.Get("T", 0, 0, 5);
        var before = held[0].ToArray();
        _files.Space = new DiskSpace(1000, 870, 130);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(() => store.MinPhysicalOffset, Is.GreaterThan(0).After(3000, 10));
        Assert.That(held[0].ToArray(), Is.EqualTo(before));
        Assert.That(store.Read(0).IsValid, Is.False);
    }

    [Test]
    public async Task Without_space_for_the_next_file_messages_are_refused_and_taken_again_later()
    {
        await using var store = Open();
        _files.IsFull = true;
        Assert.That(store.Append("T", 0, "m").Status, Is.EqualTo(AppendStatus.DiskFull), "not even a first file");
        _files.IsFull = false;
        _time.Advance(TimeSpan.FromSeconds(2));
        var appended = 0;
        Assert.That(store.Append("T", 0, "m").IsOk, Is.True);
        _files.IsFull = true;
        AppendStatus status;
        while ((status = store.Append("T", 0, new string('x', 1000)).Status) == AppendStatus.Ok)
        {
            appended++;
        }
        Assert.That(status, Is.EqualTo(AppendStatus.DiskFull));
        Assert.That(store.Bodies("T", 0), Has.Count.EqualTo(appended + 1), "all that was taken can be read");
        _files.IsFull = false;
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(() => store.Append("T", 0, "m").Status, Is.EqualTo(AppendStatus.Ok).After(3000, 10));
    }

    private MessageStore Open()
    {
        var store = MessageStore.Open(
            new()
            {
                StorePathRootDir = _directory, MappedFileSizeCommitLog = LogFileSize, MappedFileSizeConsumeQueue = 2_000, MaxHashSlotNum = 100,
                MaxIndexNum = 1000,
            },
            _files, _time, new TestLog());
        store.Start();
        return store;
    }

    private static void Fill(MessageStore store, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.That(store.Append("T", 0, $"m{i} " + new string('x', 500), "KEYS\u0001k\u0002").IsOk, Is.True);
        }
    }
}
