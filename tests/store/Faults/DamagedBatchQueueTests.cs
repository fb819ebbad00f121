using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Tests.Faults;

/// <summary>Queues whose units don't stand where a record says they do: what they lose comes back in the log's order.</summary>
internal sealed class DamagedBatchQueueTests
{
    private const int Records = 600;
    private const int UnitBytes = 46;
    private const int UnitsPerFile = 100;

    private TestDirectory _directory = null!;

    [SetUp]
    public void Prepare() => _directory = new TestDirectory();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task Zeroed_units_are_filled_again_wherever_a_reader_starts([Values] bool isClean, [Values(0, 250, 570)] int first)
    {
        await Fill(isClean);
        Patch(first, new byte[30 * UnitBytes]);
        await AssertHoldsAll(startAt: OffsetOf(first + 10) + 1);
    }

    [Test]
    public async Task Zeroed_units_come_back_while_the_store_runs([Values(0, 250, 570)] int first)
    {
        await Fill(isClean: true);
        await using var store = Open();
        store.Start();
        Batches.Append(store, "T", 0, Size(Records));
        Patch(first, new byte[30 * UnitBytes]);
        Assert.That(Ranges(store, OffsetOf(first + 10)), Is.EqualTo(Expected(Records + 1).Skip(first + 10)), "from a reader in the hole on");
        Assert.That(Ranges(store, 0), Is.EqualTo(Expected(Records + 1)));
    }

    [Test]
    public async Task A_missing_file_is_built_again([Values] bool isClean, [Values(2, 5)] int number)
    {
        await Fill(isClean);
        File.Delete(QueueFile(number));
        await AssertHoldsAll(startAt: 0);
    }

    [Test]
    public async Task A_wild_unit_costs_nothing([Values("its offset", "its number", "its place", "none")] string what, [Values(0, 333, Records - 1)] int index)
    {
        await Fill(isClean: true);
        var unit = new byte[UnitBytes];
        using (var file = File.OpenRead(QueueFile(index / UnitsPerFile)))
        {
            file.Position = index % UnitsPerFile * UnitBytes;
            file.ReadExactly(unit);
        }
        switch (what)
        {
            case "its offset":
                unit[28] = 0x7f;
                break;
            case "its number":
                unit[36] = unit[37] = 0;
                break;
            case "its place":
                unit[1] = 1;
                break;
            default:
                unit = new byte[UnitBytes];
                break;
        }
        Patch(index, unit);
        await AssertHoldsAll(startAt: 0);
    }

    [Test]
    public async Task A_queue_that_lost_all_its_files_is_made_anew([Values] bool isClean)
    {
        await Fill(isClean);
        var before = Files();
        Directory.Delete(_directory.File("batchconsumequeue"), recursive: true);
        await using (var store = Open())
        {
            store.Start();
            Assert.That(Ranges(store, 0), Is.EqualTo(Expected(Records)));
        }
        Assert.That(Files(), Is.EqualTo(before), "as it was, byte for byte");
    }

    [Test]
    public async Task Where_the_log_is_gone_too_readers_get_past_and_find_the_rest()
    {
        await Fill(isClean: true);
        await using var store = Open();
        store.Start();
        Assert.That(store.Queue("T", 0)!.TryRead(OffsetOf(301), out var lost), Is.True);
        using (var file = File.Open(_directory.File("commitlog", 0.ToString("D20")), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            file.Position = lost.PhysicalOffset;
            file.Write(new byte[lost.Size]);
        }
        Patch(300, new byte[3 * UnitBytes]);
        Assert.That(Ranges(store, 0), Is.EqualTo(Expected(Records).Where((_, i) => i != 301)));
    }

    [Test]
    public async Task A_unit_that_a_crash_left_half_written_is_written_again()
    {
        await Fill(isClean: false);
        Patch(Records - 1, new byte[20]);
        await AssertHoldsAll(startAt: 0);
    }

    [Test]
    public async Task Whatever_pages_survive_a_power_failure_offsets_go_on_without_a_hole([Range(1, 12)] int seed)
    {
        var random = new Random(seed);
        var disk = new LossyFileSystem();
        var store = MessageStore.Open(Options() with { FlushDiskType = FlushDiskType.SyncFlush, FlushConsumeQueueThoroughInterval = 10 }, disk, loadTypes: AsBatches);
        store.Start();
        var next = 0L;
        for (var i = 0; i < 200; i++)
        {
            var result = Batches.Append(store, "T", 0, Size(i));
            Assert.That(result.QueueOffset, Is.EqualTo(next));
            next += Size(i);
            if (i % 20 == 19)
            {
                Assert.That(await store.WaitFlushedAsync(result.EndOffset), Is.EqualTo(FlushResult.Ok));
            }
        }
        disk.Crash(random, random.NextDouble());
        await store.StopAsync();

        await using var again = Open();
        again.Start();
        Assert.That(Ranges(again, 0), Is.EqualTo(Expected(200)));
        Assert.That(again.MaxOffset("T", 0), Is.EqualTo(next));
        Assert.That(Batches.Append(again, "T", 0, 2).QueueOffset, Is.EqualTo(next));
    }

    [Test]
    public async Task A_queue_of_batches_that_was_kept_as_any_other_is_made_anew_in_its_own_form()
    {
        await using (var store = MessageStore.Open(Options()))
        {
            store.Start();
            for (var i = 0; i < 50; i++)
            {
                Batches.Append(store, "T", 0, Size(i));
            }
        }
        Assert.That(Directory.Exists(_directory.File("consumequeue", "T")), "nobody said what it is");
        await using (var store = Open())
        {
            store.Start();
            Assert.That(Ranges(store, 0), Is.EqualTo(Expected(50)));
            Assert.That(Batches.Append(store, "T", 0, Size(50)).QueueOffset, Is.EqualTo(OffsetOf(50)));
        }
        Assert.That(Directory.Exists(_directory.File("consumequeue", "T")), Is.False);
        await using var again = Open();
        Assert.That(Ranges(again, 0), Is.EqualTo(Expected(51)));
    }

    /// <summary>Batches of one to four messages over six queue files, and others between them.</summary>
    private async Task Fill(bool isClean)
    {
        await using (var store = Open())
        {
            store.Start();
            for (var i = 0; i < Records; i++)
            {
                Assert.That(Batches.Append(store, "T", 0, Size(i)).QueueOffset, Is.EqualTo(OffsetOf(i)));
                if (i % 10 == 0)
                {
                    store.Append("Other", 1, "between");
                }
            }
        }
        if (!isClean)
        {
            File.WriteAllText(_directory.File("abort"), "1");
        }
    }

    private async Task AssertHoldsAll(long startAt)
    {
        await using (var store = Open())
        {
            store.Start();
            Assert.That(Ranges(store, startAt).Last(), Is.EqualTo(Expected(Records).Last()));
            Assert.That(Ranges(store, 0), Is.EqualTo(Expected(Records)));
            Assert.That((store.MinOffset("T", 0), store.MaxOffset("T", 0)), Is.EqualTo((0L, OffsetOf(Records))));
            Assert.That(Batches.Append(store, "T", 0, Size(Records)).QueueOffset, Is.EqualTo(OffsetOf(Records)));
        }
        await using var again = Open();
        Assert.That(Ranges(again, 0), Is.EqualTo(Expected(Records + 1)), "mended on the disk, too");
    }

    private static int Size(int record) => record % 4 + 1;

    private static long OffsetOf(int record) => record / 4 * 10 + new[] { 0, 1, 3, 6 }[record % 4];

    private static IEnumerable<string> Expected(int records) =>
        Enumerable.Range(0, records).Select(i => $"{OffsetOf(i)} to {OffsetOf(i) + Math.Max(Size(i), 1)}");

    /// <summary>The records a reader is given from an offset on, as the offsets of their messages.</summary>
    private static List<string> Ranges(MessageStore store, long offset)
    {
        var ranges = new List<string>();
        while (true)
        {
            using var got = store.Get("T", 0, offset, 32);
            if (got.Status != GetStatus.FOUND)
            {
                return ranges;
            }
            for (var i = 0; i < got.Count; i++)
            {
                Assert.That(MessageRecord.TryRead(got[i], out var record), Is.EqualTo(RecordReadStatus.Ok));
                Assert.That(record.QueueOffset, Is.EqualTo(got.QueueOffsetAt(i)));
                ranges.Add($"{got.QueueOffsetAt(i)} to {got.EndOffsetAt(i)}");
            }
            offset = got.NextBeginOffset;
        }
    }

    private string QueueFile(int number) => _directory.File("batchconsumequeue", "T", "0", (number * UnitsPerFile * UnitBytes).ToString("D20"));

    private List<string> Files() =>
        [.. Directory.GetFiles(_directory.File("batchconsumequeue"), "*", SearchOption.AllDirectories).Order().Select(path => Path.GetFileName(path) + Convert.ToHexString(File.ReadAllBytes(path)))];

    private void Patch(int index, byte[] bytes)
    {
        using var file = File.Open(QueueFile(index / UnitsPerFile), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Position = index % UnitsPerFile * UnitBytes;
        file.Write(bytes);
    }

    private MessageStore Open() => MessageStore.Open(Options(), loggers: new TestLog(), loadTypes: AsBatches);

    private static Func<string, QueueType?> AsBatches() => static topic => topic == "T" ? QueueType.BatchCQ : null;

    private StoreOptions Options() => new()
    {
        StorePathRootDir = _directory, MappedFileSizeCommitLog = 1024 * 1024, MapperFileSizeBatchConsumeQueue = UnitsPerFile * UnitBytes, MaxHashSlotNum = 100,
        MaxIndexNum = 10_000, FlushIntervalConsumeQueue = 10,
    };
}
