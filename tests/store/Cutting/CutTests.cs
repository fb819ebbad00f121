using RocketMQ.Fault.Tests.Power;
using RocketMQ.Store.Tests.Faults;

namespace RocketMQ.Store.Tests.Cutting;

/// <summary>A log that is cut: what was before stays, what was behind is gone wherever it left a trace.</summary>
internal sealed class CutTests
{
    [Test]
    public async Task Wherever_a_record_ends_the_store_is_afterwards_as_it_was_then([Values] bool isKilled)
    {
        var mixed = await MixedStore.BuildAsync(isKilled);
        Assert.That(mixed.Boundaries, Has.Count.GreaterThan(80));
        Assert.That(mixed.End, Is.GreaterThan(3 * MixedStore.FileSize));
        foreach (var end in mixed.Boundaries)
        {
            var disk = MixedStore.Disk(mixed.Image);
            MessageStore.Cut(MixedStore.Options, end, disk);
            mixed.AssertLogEndsAt(end, disk);
            await mixed.AssertListsUpToAsync(end, MixedStore.Open(disk), $"cut at {end} of {mixed.End}");
        }
    }

    [Test]
    public async Task An_offset_that_no_record_ends_at_is_refused_with_the_record_and_changes_nothing([Values] bool isKilled)
    {
        var mixed = await MixedStore.BuildAsync(isKilled, records: 50);
        foreach (var (start, next) in mixed.Boundaries.Zip(mixed.Boundaries.Skip(1)))
        {
            foreach (var offset in new[] { start + 1, next - 1 })
            {
                var disk = MixedStore.Disk(mixed.Image);
                var refusal = Assert.Throws<CutRefusedException>(() => MessageStore.Cut(MixedStore.Options, offset, disk))!;
                Assert.That(refusal.Offset, Is.EqualTo(offset));
                Assert.That(refusal.Message, Does.Contain($"at offset {offset}: that is within the ").And.Contain($" begins at {start} and ends at {next}"));
                AssertUnchanged(disk, mixed.Image);
            }
        }
    }

    [Test]
    public async Task An_offset_that_the_log_does_not_have_is_refused_and_its_end_changes_nothing([Values] bool isKilled)
    {
        var mixed = await MixedStore.BuildAsync(isKilled, records: 50);
        var disk = MixedStore.Disk(mixed.Image);
        foreach (var offset in new[] { mixed.End + 1, mixed.End + 5 * MixedStore.FileSize })
        {
            Assert.That(
                () => MessageStore.Cut(MixedStore.Options, offset, disk),
                Throws.TypeOf<CutRefusedException>().With.Message.EqualTo($"The commit log can't be cut at offset {offset}: it ends at {mixed.End}"));
        }
        MessageStore.Cut(MixedStore.Options, mixed.End, disk);
        AssertUnchanged(disk, mixed.Image);
    }

    [Test]
    public void A_store_without_a_log_is_cut_at_its_beginning_alone()
    {
        var disk = MixedStore.Disk(DiskImage.Empty);
        MessageStore.Cut(MixedStore.Options, 0, disk);
        Assert.That(() => MessageStore.Cut(MixedStore.Options, 8, disk), Throws.TypeOf<CutRefusedException>().With.Message.Contains("it is empty"));
    }

    [Test]
    public async Task A_store_in_use_is_not_cut()
    {
        using var directory = new TestDirectory();
        var options = MixedStore.Options with { StorePathRootDir = directory };
        await using var store = MessageStore.Open(options);
        store.Start();
        store.Append("T", 0, "m");
        Assert.That(() => MessageStore.Cut(options, 0), Throws.TypeOf<StoreLockedException>());
        Assert.That(store.Bodies("T", 0), Is.EqualTo(["m"]));
    }

    [Test]
    public async Task A_log_that_begins_later_is_cut_at_its_beginning_and_goes_on_there_with_the_offsets_of_its_queues()
    {
        var mixed = await MixedStore.BuildAsync(isKilled: false, records: 120);
        const long Min = 2 * MixedStore.FileSize;
        var disk = MixedStore.Disk(mixed.Image);
        disk.DeleteFile($"{MixedStore.Root}/commitlog/{0:D20}");
        disk.DeleteFile($"{MixedStore.Root}/commitlog/{MixedStore.FileSize:D20}");
        var expired = MixedStore.Open(disk);
        expired.Start();
        expired.CleanExpiredQueues();
        var mins = Queues(expired).ToDictionary(q => q, q => expired.MinOffset(q.Topic, q.Id));
        Assert.That(mins.Values.Max(), Is.GreaterThan(5), "so that queues have lost their first files");
        await expired.StopAsync();

        Assert.That(
            () => MessageStore.Cut(MixedStore.Options, MixedStore.FileSize, disk), Throws.TypeOf<CutRefusedException>().With.Message.Contains($"it begins at {Min}"));
        MessageStore.Cut(MixedStore.Options, Min, disk);
        for (var start = 0; start < 3; start++)
        {
            await using var store = MixedStore.Open(disk);
            Assert.That((store.MinPhysicalOffset, store.MaxPhysicalOffset), Is.EqualTo((Min, Min)));
            store.Start();
            foreach (var (queue, min) in mins.Where(q => q.Key.Topic != "Deleted"))
            {
                Assert.That((store.MinOffset(queue.Topic, queue.Id), store.MaxOffset(queue.Topic, queue.Id)), Is.EqualTo((min, min)), $"{queue} at start {start}");
            }
            if (start == 2)
            {
                Assert.That(store.Append("T", 0, "goes on").QueueOffset, Is.EqualTo(mins[("T", 0)]));
                Assert.That(store.Bodies("T", 0, mins[("T", 0)]), Is.EqualTo(["goes on"]));
                Assert.That(Batches.Append(store, "Batches", 0, 2).QueueOffset, Is.EqualTo(mins[("Batches", 0)]));
            }
        }
    }

    [Test]
    public async Task What_the_log_holds_later_is_not_listed_by_a_queue_that_nobody_looked_at_since()
    {
        using var directory = new TestDirectory();
        var options = MixedStore.Options with { StorePathRootDir = directory };
        long end;
        await using (var store = MessageStore.Open(options))
        {
            store.Start();
            store.Append("Busy", 0, "m");
            end = store.MaxPhysicalOffset;
            store.Append("Quiet", 0, "cut");
        }
        MessageStore.Cut(options, end);
        for (var start = 0; start < 2; start++)
        {
            await using var store = MessageStore.Open(options);
            store.Start();
            store.Append("Busi", 0, "m");
        }
        await using var last = MessageStore.Open(options);
        Assert.That(last.Queue("Quiet", 0), Is.Null);
        Assert.That(last.MaxOffset("Quiet", 0), Is.Zero);
    }

    [Test]
    public async Task A_log_in_several_directories_is_cut_in_all_of_them([Range(0, 5)] int file)
    {
        using var directory = new TestDirectory();
        var options = MixedStore.Options with
        {
            StorePathRootDir = directory.File("store"), StorePathCommitLog = $"{directory.File("a")},{directory.File("b")},{directory.File("c")}",
        };
        var ends = new List<long>();
        await using (var store = MessageStore.Open(options))
        {
            store.Start();
            while (store.MaxPhysicalOffset < 6 * MixedStore.FileSize)
            {
                ends.Add(store.Append("T", 0, new string('x', 300)).EndOffset);
            }
        }
        var end = ends.First(e => e > (file + 0.5) * MixedStore.FileSize);
        MessageStore.Cut(options, end);
        Assert.That(Directory.GetFiles(directory.Path, "0*", SearchOption.AllDirectories).Where(p => !p.Contains("consumequeue")).Select(p => long.Parse(Path.GetFileName(p))), Is.All.LessThan(end));
        await using var again = MessageStore.Open(options);
        again.Start();
        Assert.That((again.MaxPhysicalOffset, again.MaxOffset("T", 0)), Is.EqualTo((end, ends.IndexOf(end) + 1L)));
        Assert.That(again.Append("T", 0, "goes on").PhysicalOffset, Is.EqualTo(end));
    }

    [Test]
    public async Task A_log_is_not_cut_in_a_directory_that_may_be_read_alone()
    {
        using var directory = new TestDirectory();
        var (a, b) = (directory.File("a"), directory.File("b"));
        var options = MixedStore.Options with { StorePathRootDir = directory.File("store"), StorePathCommitLog = $"{a},{b}" };
        var ends = new List<long>();
        await using (var store = MessageStore.Open(options))
        {
            store.Start();
            while (store.MaxPhysicalOffset < 3 * MixedStore.FileSize)
            {
                ends.Add(store.Append("T", 0, new string('x', 300)).EndOffset);
            }
        }
        var mounted = new LossyFileSystem { MountedForReading = { a } };
        var readOnly = options with { ReadOnlyCommitLogStorePaths = a };
        Assert.That(() => MessageStore.Cut(readOnly, ends[1], mounted), Throws.TypeOf<StorePathException>().With.Message.Contains(a));
        await using (var again = MessageStore.Open(options))
        {
            Assert.That(again.MaxPhysicalOffset, Is.EqualTo(ends[^1]));
        }
        MessageStore.Cut(options with { ReadOnlyCommitLogStorePaths = a }, ends[1]);
        await using var cut = MessageStore.Open(options);
        Assert.That(cut.MaxPhysicalOffset, Is.EqualTo(ends[1]), "named for reading, and writable: the file that the log ends in is written");
    }

    [TestCase("store-clean")]
    [TestCase("store-crash")]
    [TestCase("store-pop-timer")]
    [TestCase("store-lmq")]
    [TestCase("store-batchcq")]
    [TestCase("store-batchcq-crash")]
    public async Task A_store_that_apaches_broker_left_is_cut(string name)
    {
        using var first = Golden.Unpack(name);
        SortedDictionary<string, List<MixedStore.Unit>> listing;
        var ends = new List<long>();
        await using (var store = MessageStore.Open(Golden.Options(name, first)))
        {
            listing = MixedStore.List(store);
            for (var at = store.MaxPhysicalOffset - 1; at > 0; at = store.RecordStartAtOrBefore(at) - 1)
            {
                ends.Add(store.RecordStartAtOrBefore(at));
            }
        }
        foreach (var end in ends.Where((_, i) => i % Math.Max(1, ends.Count / 6) == 1))
        {
            using var directory = Golden.Unpack(name);
            MessageStore.Cut(Golden.Options(name, directory), end);
            await using var store = MessageStore.Open(Golden.Options(name, directory));
            Assert.That(store.MaxPhysicalOffset, Is.EqualTo(end));
            MixedStore.AssertSame(MixedStore.List(store), MixedStore.Before(listing, end), $"cut at {end}");
        }
    }

    private static IEnumerable<(string Topic, int Id)> Queues(MessageStore store) => store.Topics().SelectMany(topic => store.QueueIds(topic).Select(id => (topic, id)));

    /// <summary>But for the directories that a look at a store makes.</summary>
    private static void AssertUnchanged(PowerFileSystem disk, DiskImage image)
    {
        var now = disk.Snapshot();
        Assert.That(now.Files.Keys, Is.EquivalentTo(image.Files.Keys));
        foreach (var (path, content) in image.Files)
        {
            Assert.That(now.Files[path].Length, Is.EqualTo(content.Length), path);
            var pages = now.Files[path].Pages.Zip(content.Pages);
            Assert.That(pages.All(p => (p.First ?? []).AsSpan().SequenceEqual(p.Second ?? [])), Is.True, path);
        }
    }
}
