namespace RocketMQ.Store.Tests.Faults;

/// <summary>Queues with something wrong in the middle: the log gives back what it has, and no good message is hidden by a bad neighbour.</summary>
internal sealed class DamagedQueueTests
{
    private const int Count = 3_000;
    private const int UnitsPerFile = 1_000;

    private TestDirectory _directory = null!;

    [SetUp]
    public void Prepare() => _directory = new TestDirectory();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task A_zeroed_page_is_filled_again_wherever_a_reader_starts([Values] bool isClean, [Values(4096, 8192, 24_576)] int at)
    {
        await Fill(isClean);
        Patch(at, new byte[4096]);
        await AssertHoldsAll(startAt: at / 20 + 50);
    }

    [Test]
    public async Task A_zeroed_page_that_a_search_for_the_queues_end_meets_first_hides_nothing([Values] bool hasManifest)
    {
        await Fill(isClean: true);
        if (!hasManifest)
        {
            File.Delete(_directory.File("queues.list"));
            File.Delete(_directory.File("checkpoint"));
        }
        Patch(Count / 2 * 20 / 4096 * 4096, new byte[4096]);
        await AssertHoldsAll(startAt: 0);
    }

    [Test]
    public async Task Some_zeroed_units_hide_no_neighbour_and_come_back_while_the_store_runs([Values(0, 100, 1_500)] int first)
    {
        await Fill(isClean: true);
        await using var store = Open();
        store.Start();
        Assert.That(store.Append("T", 0, Body(Count)).QueueOffset, Is.EqualTo(Count));
        Patch(first * 20, new byte[20 * 20]);
        Assert.That(store.Bodies("T", 0), Is.EqualTo(Enumerable.Range(0, Count + 1).Select(Body)));
    }

    [Test]
    public async Task A_wild_unit_costs_nothing(
        [Values("into the future", "before the log", "into another record", "to another queue's record", "too long")] string what, [Values(0, 700, 2_999)] int offset)
    {
        await Fill(isClean: true);
        await using var store = Open();
        store.Start();
        Assert.That(store.Queue("T", 0)!.TryRead(offset, out var right), Is.True);
        Assert.That(store.Queue("Other", 1)!.TryRead(0, out var others), Is.True);
        var wild = what switch
        {
            "into the future" => right with { PhysicalOffset = store.MaxPhysicalOffset + 100_000 },
            "before the log" => right with { PhysicalOffset = 0 - 5L },
            "into another record" => right with { PhysicalOffset = right.PhysicalOffset + 13 },
            "to another queue's record" => others,
            _ => right with { Size = right.Size * 3 },
        };
        var bytes = new byte[QueueUnit.Bytes];
        wild.Write(bytes);
        Patch(offset * 20, bytes);
        Assert.That(store.Append("T", 0, Body(Count)).QueueOffset, Is.EqualTo(Count));
        Assert.That(store.Bodies("T", 0), Is.EqualTo(Enumerable.Range(0, Count + 1).Select(Body)));
    }

    [Test]
    public async Task A_missing_file_in_the_middle_is_built_again([Values] bool isClean)
    {
        await Fill(isClean);
        File.Delete(QueueFile(1));
        await AssertHoldsAll(startAt: UnitsPerFile + 10);
    }

    [Test]
    public async Task Where_the_log_is_gone_too_readers_get_past_and_find_the_rest()
    {
        await Fill(isClean: true);
        await using var store = Open();
        store.Start();
        Assert.That(store.Queue("T", 0)!.TryRead(1_000, out var from), Is.True);
        Patch("commitlog", (int)from.PhysicalOffset, new byte[from.Size]);
        Patch(1_000 * 20, new byte[20]);
        Assert.That(store.Bodies("T", 0), Is.EqualTo(Enumerable.Range(0, Count).Where(i => i != 1_000).Select(Body)));
    }

    /// <summary>Messages over three queue files, and others between them.</summary>
    private async Task Fill(bool isClean)
    {
        var files = isClean ? null : new LossyFileSystem();
        var store = MessageStore.Open(Options(), files);
        store.Start();
        for (var i = 0; i < Count; i++)
        {
            Assert.That(store.Append("T", 0, Body(i)).IsOk, Is.True);
            if (i % 10 == 0)
            {
                store.Append("Other", 1, "between");
            }
        }
        if (!isClean)
        {
            await store.StopAsync();
            File.WriteAllText(_directory.File("abort"), "1");
            return;
        }
        await store.StopAsync();
    }

    private async Task AssertHoldsAll(long startAt)
    {
        await using (var store = Open())
        {
            store.Start();
            Assert.That(store.Bodies("T", 0, startAt), Is.EqualTo(Enumerable.Range((int)startAt, Count - (int)startAt).Select(Body)));
            Assert.That(store.Bodies("T", 0), Is.EqualTo(Enumerable.Range(0, Count).Select(Body)));
            Assert.That(store.MinOffset("T", 0), Is.Zero);
            Assert.That(store.Append("T", 0, Body(Count)).QueueOffset, Is.EqualTo(Count));
        }
        Assert.That(LogWalk.Units(_directory, "T", 0), Has.Count.EqualTo(Count + 1), "mended on the disk, too");
    }

    private static string Body(int i) => $"message {i}";

    private string QueueFile(int number) => _directory.File("consumequeue", "T", "0", (number * UnitsPerFile * 20).ToString("D20"));

    private void Patch(int position, byte[] bytes)
    {
        using var file = File.Open(QueueFile(position / (UnitsPerFile * 20)), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Position = position % (UnitsPerFile * 20);
        file.Write(bytes);
    }

    private void Patch(string directory, int position, byte[] bytes)
    {
        using var file = File.Open(_directory.File(directory, 0.ToString("D20")), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Position = position;
        file.Write(bytes);
    }

    private MessageStore Open() => MessageStore.Open(Options(), loggers: new TestLog());

    private StoreOptions Options() => new()
    {
        StorePathRootDir = _directory, MappedFileSizeCommitLog = 1024 * 1024, MappedFileSizeConsumeQueue = UnitsPerFile * 20, MaxHashSlotNum = 100,
        MaxIndexNum = 10_000, FlushIntervalConsumeQueue = 10,
    };
}
