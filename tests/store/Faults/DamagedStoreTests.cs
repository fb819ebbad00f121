namespace RocketMQ.Store.Tests.Faults;

/// <summary>Stores with something wrong in them: each recovers, or is refused with file and byte.</summary>
internal sealed class DamagedStoreTests
{
    private const int LogFileSize = 64 * 1024;
    private const int Count = 300;

    private readonly TestSupport.VirtualTimeProvider _time = new();
    private TestDirectory _directory = null!;

    [SetUp]
    public void Prepare() => _directory = new TestDirectory();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task A_torn_record_at_the_end_is_cut_off_and_cleared([Values] bool hasCheckpoint)
    {
        await Fill(isClean: false);
        var end = LogEnd();
        if (!hasCheckpoint)
        {
            File.Delete(_directory.File("checkpoint"));
        }
        // The head of one more record, without its rest; and leftovers further on.
        var torn = LogWalk.Records(_directory)[^1];
        Patch("commitlog", end, torn[..(torn.Length / 2)]);
        Patch("commitlog", end + 2_000, torn);
        await AssertHoldsAll(Count);
    }

    [Test]
    public async Task A_truncated_last_file_loses_only_what_was_cut([Values] bool isClean)
    {
        await Fill(isClean);
        var last = LogFilesWithData()[^1];
        var cut = (int)(LogEnd() % LogFileSize) - 700;
        using (var file = File.OpenWrite(last))
        {
            file.SetLength(cut);
        }
        var left = LogWalkUntil(cut);
        await AssertHoldsAll(left);
    }

    [Test]
    public async Task A_missing_checkpoint_is_done_without([Values] bool isClean)
    {
        await Fill(isClean);
        File.Delete(_directory.File("checkpoint"));
        await AssertHoldsAll(Count);
    }

    [Test]
    public async Task A_stale_checkpoint_only_costs_time([Values] bool isClean)
    {
        await Fill(isClean: true, count: 50);
        File.Copy(_directory.File("checkpoint"), _directory.File("old"));
        await Fill(isClean, from: 50);
        File.Move(_directory.File("old"), _directory.File("checkpoint"), overwrite: true);
        await AssertHoldsAll(Count);
    }

    [Test]
    public async Task A_checkpoint_of_garbage_is_not_believed([Values] bool isClean)
    {
        await Fill(isClean);
        var garbage = new byte[4096];
        new Random(3).NextBytes(garbage);
        File.WriteAllBytes(_directory.File("checkpoint"), garbage);
        await AssertHoldsAll(Count);
    }

    [Test]
    public async Task Missing_queues_are_built_again_from_the_log([Values] bool isClean, [Values("consumequeue", "consumequeue/T", "consumequeue/T/1")] string what)
    {
        await Fill(isClean);
        Directory.Delete(_directory.File(what), recursive: true);
        await AssertHoldsAll(Count);
    }

    [Test]
    public async Task A_queue_without_its_last_file_is_completed([Values] bool isClean)
    {
        await Fill(isClean);
        File.Delete(Directory.GetFiles(_directory.File("consumequeue", "T", "1")).Order().Last());
        await AssertHoldsAll(Count);
    }

    [Test]
    public async Task A_truncated_queue_file_is_completed([Values] bool isClean, [Values(0, 20, 1230)] int length)
    {
        await Fill(isClean);
        using (var file = File.OpenWrite(Directory.GetFiles(_directory.File("consumequeue", "T", "1")).Order().First()))
        {
            file.SetLength(length);
        }
        await AssertHoldsAll(Count);
    }

    [Test]
    public async Task A_zeroed_queue_file_is_filled_again_from_the_log([Values] bool isClean, [Values(0, 1)] int number)
    {
        await Fill(isClean);
        File.WriteAllBytes(Directory.GetFiles(_directory.File("consumequeue", "T", "1")).Order().ElementAt(number), new byte[2_000]);
        await AssertHoldsAll(Count);
    }

    [Test]
    public async Task A_damaged_index_costs_no_message_and_finds_what_is_sent_from_then_on([Values] bool isClean, [Values("truncated", "zeroed", "garbage")] string damage)
    {
        await Fill(isClean);
        var file = Directory.GetFiles(_directory.File("index")).Order().Last();
        var bytes = File.ReadAllBytes(file);
        switch (damage)
        {
            case "truncated":
                bytes = bytes[..(bytes.Length / 3)];
                break;
            case "zeroed":
                bytes.AsSpan().Clear();
                break;
            default:
                new Random(5).NextBytes(bytes);
                break;
        }

        File.WriteAllBytes(file, bytes);
        await AssertHoldsAll(Count);
        await using var store = Open();
        store.Start();
        Assert.That(store.Append("T", 0, "findable", "KEYS\u0001new\u0002").IsOk, Is.True);
        using var found = store.Query("T", "new", 64, 0, long.MaxValue);
        Assert.That(found.Records, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_missing_index_is_built_again([Values] bool isClean)
    {
        await Fill(isClean);
        Directory.Delete(_directory.File("index"), recursive: true);
        await using var store = Open();
        using var found = store.Query("T", "k7", 64, 0, long.MaxValue);
        Assert.That(found.Records, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_empty_last_log_file_is_dropped([Values] bool isClean)
    {
        await Fill(isClean);
        var next = (LogEnd() / LogFileSize + 1) * LogFileSize;
        File.WriteAllBytes(_directory.File("commitlog", next.ToString("D20")), []);
        await AssertHoldsAll(Count);
    }

    [Test]
    public async Task A_log_file_of_another_length_between_others_is_refused_by_name()
    {
        await Fill(isClean: true);
        var files = LogFilesWithData();
        using (var file = File.OpenWrite(files[1]))
        {
            file.SetLength(LogFileSize - 1000);
        }
        Assert.That(Open, Throws.InstanceOf<CorruptStoreException>().With.Message.Contains(files[1]).And.Message.Contains($"{LogFileSize - 1000}"));
        Assert.That(Directory.GetFiles(_directory.File("commitlog")), Is.SupersetOf(files), "nothing is touched");
    }

    [Test]
    public async Task A_missing_log_file_between_others_is_refused_by_name()
    {
        await Fill(isClean: true);
        File.Delete(LogFilesWithData()[1]);
        Assert.That(Open, Throws.InstanceOf<CorruptStoreException>().With.Message.Contains($"{LogFileSize}"));
    }

    [Test]
    public async Task A_zeroed_page_that_no_lost_flush_explains_is_refused_with_its_place([Values] bool isClean)
    {
        await Fill(isClean);
        File.Delete(_directory.File("checkpoint"));
        Patch("commitlog", 8192, new byte[4096]);
        var thrown = Assert.Throws<CorruptStoreException>(() => Open());
        Assert.That(thrown!.File, Is.EqualTo(LogFilesWithData()[0]));
        Assert.That(thrown.Offset, Is.InRange(8192 - 1200, 8192 + 4096));
    }

    [Test]
    public async Task A_zeroed_page_before_the_checkpoint_costs_the_messages_on_it_and_no_others()
    {
        await Fill(isClean: true);
        Patch("commitlog", 8192, new byte[4096]);
        await using var store = Open();
        var bodies = new HashSet<string>();
        for (var queueId = 0; queueId < 2; queueId++)
        {
            var offset = 0L;
            while (offset < store.MaxOffset("T", queueId))
            {
                using var result = store.Get("T", queueId, offset, 32);
                for (var i = 0; i < result.Count; i++)
                {
                    bodies.Add(Convert.ToHexString(result[i]));
                }
                Assert.That(result.NextBeginOffset, Is.GreaterThan(offset), "a reader gets past the hole");
                offset = result.NextBeginOffset;
            }
        }
        Assert.That(bodies, Has.Count.InRange(Count - 25, Count - 3));
    }

    [Test]
    public async Task With_the_log_gone_the_store_starts_over()
    {
        await Fill(isClean: true);
        Directory.Delete(_directory.File("commitlog"), recursive: true);
        await using var store = Open();
        store.Start();
        Assert.That(store.MaxOffset("T", 0), Is.Zero);
        Assert.That(store.Append("T", 0, "anew").QueueOffset, Is.Zero);
        Assert.That(store.Bodies("T", 0), Is.EqualTo(["anew"]));
    }

    [Test]
    public async Task Closed_again_without_a_start_a_store_is_as_it_was()
    {
        await Fill(isClean: false);
        await Open().StopAsync();
        Assert.That(File.Exists(_directory.File("abort")), Is.True, "it still counts as crashed");
        await AssertHoldsAll(Count);
    }

    /// <summary>Messages m0, m1, … over two queues; as after a crash when not clean.</summary>
    private async Task Fill(bool isClean, int from = 0, int count = Count)
    {
        if (!isClean && count - from > 100)
        {
            await Fill(isClean: true, from, count - 50);
            from = count - 50;
        }
        using var image = new TestDirectory();
        var store = Open();
        store.Start();
        for (var i = from; i < count; i++)
        {
            Assert.That(store.Append("T", i % 2, Body(i), $"KEYS\u0001k{i}\u0002").IsOk, Is.True);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        if (!isClean)
        {
            CopyAll(_directory, image);
        }
        await store.StopAsync();
        if (!isClean)
        {
            Directory.Delete(_directory, recursive: true);
            CopyAll(image, _directory);
        }
    }

    private async Task AssertHoldsAll(int count)
    {
        var even = Enumerable.Range(0, count).Where(i => i % 2 == 0).Select(Body).ToList();
        var odd = Enumerable.Range(0, count).Where(i => i % 2 == 1).Select(Body).ToList();
        await using (var store = Open())
        {
            store.Start();
            Assert.That(store.Bodies("T", 0), Is.EqualTo(even));
            Assert.That(store.Bodies("T", 1), Is.EqualTo(odd));
            Assert.That(store.Append("T", 0, "one more").QueueOffset, Is.EqualTo(even.Count));
        }
        Assert.That(LogWalk.Records(_directory), Has.Count.EqualTo(count + 1));
        Assert.That(LogWalk.Units(_directory, "T", 0), Has.Count.EqualTo(even.Count + 1));
        Assert.That(LogWalk.Units(_directory, "T", 1), Has.Count.EqualTo(odd.Count));
        await using var again = Open();
        Assert.That(again.Bodies("T", 0), Is.EqualTo(even.Append("one more")));
        Assert.That(again.Bodies("T", 1), Is.EqualTo(odd));
    }

    private static string Body(int i) => $"m{i} " + new string('z', i * 37 % 900);

    private MessageStore Open() => MessageStore.Open(new()
    {
        StorePathRootDir = _directory, MappedFileSizeCommitLog = LogFileSize, MappedFileSizeConsumeQueue = 2_000, MaxHashSlotNum = 100, MaxIndexNum = 1000,
        FlushIntervalConsumeQueue = int.MaxValue,
    }, time: _time, loggers: new TestLog());

    private List<string> LogFilesWithData() =>
        [.. Directory.GetFiles(_directory.File("commitlog")).Order().Where(f => File.ReadAllBytes(f).AsSpan().ContainsAnyExcept((byte)0))];

    private long LogEnd()
    {
        var last = LogWalk.Records(_directory)[^1];
        return System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(last.AsSpan(28)) + last.Length;
    }

    /// <summary>Records that end before a position of the last file.</summary>
    private int LogWalkUntil(int cut)
    {
        var end = LogEnd() / LogFileSize * LogFileSize + cut;
        return LogWalk.Records(_directory).Count(r => System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(r.AsSpan(28)) + r.Length <= end);
    }

    private void Patch(string directory, long offset, byte[] bytes)
    {
        using var file = File.OpenWrite(_directory.File(directory, (offset / LogFileSize * LogFileSize).ToString("D20")));
        file.Position = offset % LogFileSize;
        file.Write(bytes);
    }

    private static void CopyAll(string from, string to)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(path) == "lock")
            {
                continue;
            }
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = File.Create(target);
            source.CopyTo(copy);
        }
    }
}
