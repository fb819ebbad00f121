using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Tests.Faults;

/// <summary>One queue that can't be used is nobody else's trouble, and comes back by itself.</summary>
internal sealed class SetAsideTests
{
    private TestDirectory _directory = null!;

    [SetUp]
    public void Prepare() => _directory = new TestDirectory();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task A_queue_whose_directory_cannot_be_made_is_set_aside_by_name_and_goes_on_when_it_can()
    {
        await using var store = Open();
        store.Start();
        Directory.CreateDirectory(_directory.File("consumequeue"));
        File.WriteAllText(_directory.File("consumequeue", "Bad"), "in the way");
        Assert.That(store.Append("Bad", 0, "m0").IsOk, Is.True, "memory takes it");
        Until(() => store.QueuesSetAside.Count > 0);

        Assert.That(store.QueueRefusal("Bad", 0), Does.Contain("cannot be written"));
        Assert.That(store.Append("Bad", 0, "m1").Status, Is.EqualTo(AppendStatus.QueueSetAside));
        Assert.That((store.WriteStatus, store.Append("Good", 0, "g0").Status), Is.EqualTo((AppendStatus.Ok, AppendStatus.Ok)));
        Assert.That(store.Bodies("Bad", 0), Is.EqualTo(["m0"]));

        File.Delete(_directory.File("consumequeue", "Bad"));
        Until(() => store.QueuesSetAside.Count == 0);
        Assert.That(store.Append("Bad", 0, "m1").QueueOffset, Is.EqualTo(1));
        Assert.That(store.Bodies("Bad", 0), Is.EqualTo(["m0", "m1"]));
    }

    [Test]
    public async Task A_queue_that_was_set_aside_when_the_store_stopped_has_all_its_messages_after_the_next_start()
    {
        await using (var store = Open())
        {
            store.Start();
            Directory.CreateDirectory(_directory.File("consumequeue"));
            File.WriteAllText(_directory.File("consumequeue", "Bad"), "in the way");
            for (var i = 0; i < 10; i++)
            {
                store.Append("Bad", 0, $"m{i}");
            }
            Until(() => store.QueuesSetAside.Count > 0);
        }
        File.Delete(_directory.File("consumequeue", "Bad"));
        await using var again = Open();
        again.Start();

        Assert.That(again.Bodies("Bad", 0), Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"m{i}")));
        Assert.That(again.Append("Bad", 0, "next").QueueOffset, Is.EqualTo(10));
    }

    [Test]
    public async Task A_light_queue_with_a_name_no_directory_can_have_is_refused_and_the_store_goes_on(
        [Values(256, 300, 5_000)] int length, [Values] bool isAmongOthers)
    {
        var name = "%LMQ%" + new string('n', length - 5);
        await using (var store = Open())
        {
            store.Start();
            var refused = Append(store, isAmongOthers ? $"%LMQ%fine,{name}" : name);
            Assert.That(refused.Status, Is.EqualTo(AppendStatus.LightQueueIllegal));
            Assert.That(Append(store, "%LMQ%fine").IsOk, Is.True);
            Assert.That(Append(store, "%LMQ%a/../../b").Status, Is.EqualTo(AppendStatus.LightQueueIllegal));
        }
        await using var again = Open();
        again.Start();
        Assert.That(again.WriteStatus, Is.EqualTo(AppendStatus.Ok));
        Assert.That(again.MaxOffset("%LMQ%fine", 0), Is.EqualTo(1), "the refused message took no offset");
    }

    [Test]
    public async Task Units_of_a_flush_that_failed_are_written_again_before_a_flush_counts()
    {
        var files = new ForgetfulFiles();
        await using (var store = MessageStore.Open(Options() with { FlushConsumeQueueThoroughInterval = 10 }, files))
        {
            store.Start();
            files.FailsOnce = true;
            for (var i = 0; i <= 20; i++)
            {
                // Refused while the queue is set aside.
                Until(() => store.Append("T", 0, $"m{i}").IsOk);
                Until(() => i < 19 || !files.FailsOnce);
            }
        }
        await using var again = MessageStore.Open(Options());
        Assert.That(LogWalk.Units(_directory, "T", 0), Has.Count.EqualTo(21));
        Assert.That(again.Bodies("T", 0), Is.EqualTo(Enumerable.Range(0, 21).Select(i => $"m{i}")));
    }

    [Test]
    public async Task So_is_one_that_was_mended_though_all_behind_it_were_on_the_disk_before()
    {
        const int Mended = 7;
        var files = new ForgetfulFiles { Forgotten = (Mended * QueueUnit.Bytes, QueueUnit.Bytes) };
        await using var engine = new StoreEngine(
            Options() with { FlushIntervalConsumeQueue = 3_600_000 }, StoreTopics.Apache, files, TimeProvider.System, NullLogger.Instance, static _ => null);
        engine.Recover(isClean: true);
        engine.Start();
        var queue = engine.Queues.TryGet(engine.Queues.Find("T")!, 0)!;
        for (var i = 0; i < 20; i++)
        {
            Assert.That(engine.Log.TryAppend(new() { Topic = "T", Body = "m"u8, BornHost = Messages.Client, StoreHost = Messages.Broker }, queue, out _), Is.True);
            engine.OnAppended();
        }
        Until(() => queue.MaxOffset == 20);
        // The second round lets go of the units in memory.
        Assert.That(engine.QueueFlusher.Flush(sync: true) && engine.QueueFlusher.Flush(sync: true), Is.True);
        files.Forget(_directory.File("consumequeue", "T", "0", new string('0', 20)));
        // Asked for, the log gives it back.
        Until(() => queue.TryRead(Mended, out _));

        files.FailsOnce = true;
        Assert.That(engine.QueueFlusher.Flush(sync: true), Is.False);
        Assert.That(engine.QueueFlusher.Flush(sync: true), Is.True);

        Assert.That(LogWalk.Units(_directory, "T", 0), Has.Count.EqualTo(20));
    }

    private static AppendResult Append(MessageStore store, string lightQueues) => store.Append("T", 0, "m", $"INNER_MULTI_DISPATCH\u0001{lightQueues}\u0002");

    private static void Until(Func<bool> condition) =>
        Assert.That(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)), Is.True);

    private MessageStore Open() => MessageStore.Open(Options(), loggers: new TestLog());

    private StoreOptions Options() => new()
    {
        StorePathRootDir = _directory, MappedFileSizeCommitLog = 1024 * 1024, MappedFileSizeConsumeQueue = 20_000, FlushIntervalConsumeQueue = 10,
        EnableLmq = true, EnableMultiDispatch = true, MaxHashSlotNum = 100, MaxIndexNum = 1_000,
    };

    /// <summary>A disk whose one failed flush of a queue loses what it was to keep, as a system does that drops pages it could not write.</summary>
    private sealed class ForgetfulFiles : IStoreFileSystem
    {
        private static readonly PhysicalFileSystem Disk = PhysicalFileSystem.Instance;

        public volatile bool FailsOnce;

        /// <summary>What of the file is lost then.</summary>
        public (long Position, int Length) Forgotten { get; init; } = (0, 100);

        /// <summary>Loses what a flush that fails loses.</summary>
        public void Forget(string path)
        {
            using var file = Disk.OpenFile(path, create: false);
            file.Write(new byte[Forgotten.Length], Forgotten.Position);
        }

        public void CreateDirectory(string path) => Disk.CreateDirectory(path);

        public bool FileExists(string path) => Disk.FileExists(path);

        public IReadOnlyList<string> FileNames(string directory) => Disk.FileNames(directory);

        public IReadOnlyList<string> DirectoryNames(string directory) => Disk.DirectoryNames(directory);

        public long FileLength(string path) => Disk.FileLength(path);

        public DateTimeOffset LastWriteTime(string path) => Disk.LastWriteTime(path);

        public void DeleteFile(string path) => Disk.DeleteFile(path);

        public void MoveFile(string path, string newPath) => Disk.MoveFile(path, newPath);

        public void FlushDirectory(string path) => Disk.FlushDirectory(path);

        public void DeleteDirectory(string path) => Disk.DeleteDirectory(path);

        public IStoreFile OpenFile(string path, bool create) => new ForgetfulFile(this, path, Disk.OpenFile(path, create));

        public IMappedFile CreateMapped(string path, long size) => Disk.CreateMapped(path, size);

        public IMappedFile OpenMapped(string path, long size) => Disk.OpenMapped(path, size);

        public IDisposable Lock(string path) => Disk.Lock(path);

        public DiskSpace SpaceOf(string directory) => new(1000, 100, 900);

        private sealed class ForgetfulFile(ForgetfulFiles system, string path, IStoreFile file) : IStoreFile
        {
            public long Length => file.Length;

            public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

            public void Write(ReadOnlySpan<byte> bytes, long offset) => file.Write(bytes, offset);

            public void SetLength(long length) => file.SetLength(length);

            public void Flush()
            {
                if (system.FailsOnce && path.Contains("consumequeue", StringComparison.Ordinal))
                {
                    system.Forget(path);
                    system.FailsOnce = false;
                    throw new IOException("Input/output error", 5);
                }
                file.Flush();
            }

            public void Dispose() => file.Dispose();
        }
    }
}
