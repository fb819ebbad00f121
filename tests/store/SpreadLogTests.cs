using RocketMQ.Store.Files;
using RocketMQ.Store.Tests.Faults;
using RocketMQ.TestSupport;

namespace RocketMQ.Store.Tests;

/// <summary>A log in several directories: where its files go and are found, and what keeps it whole when one of them is not there.</summary>
internal sealed class SpreadLogTests
{
    private const int LogFileSize = 64 * 1024;

    private TestDirectory _directory = null!;
    private VirtualTimeProvider _time = null!;
    private LossyFileSystem _files = null!;
    private TestLog _log = null!;

    private string A => _directory.File("disk1", "log");

    private string B => _directory.File("disk2", "log");

    private string C => _directory.File("disk3", "log");

    private string Parts => _directory.File("store", "commitlog.paths");

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
    public async Task Files_take_turns_among_the_directories_in_the_order_of_their_names_and_are_found_again()
    {
        await using (var store = Open($"{C},{A},{B}"))
        {
            Fill(store, 600);
        }
        var numbers = Numbers(A).Concat(Numbers(B)).Concat(Numbers(C)).Order().ToList();
        Assert.That(numbers, Is.EqualTo(Enumerable.Range(0, numbers.Count)).And.Count.GreaterThan(5));
        Assert.That(Numbers(A).Select(n => n % 3), Is.All.EqualTo(0));
        Assert.That(Numbers(B).Select(n => n % 3), Is.All.EqualTo(1));
        Assert.That(Numbers(C).Select(n => n % 3), Is.All.EqualTo(2));
        await using var again = Open($"{A},{B},{C}");
        Assert.That(again.Bodies("T", 0), Has.Count.EqualTo(600));
    }

    /// <summary>Apache's broker takes every file in these directories for one of the log's and refuses to start over another.</summary>
    [Test]
    public async Task Nothing_but_whole_files_of_the_log_stands_in_a_directory_after_a_stop()
    {
        await using (var store = Open($"{A},{B}"))
        {
            Fill(store, 300);
        }
        foreach (var file in Directory.GetFiles(A).Concat(Directory.GetFiles(B)))
        {
            Assert.That(Path.GetFileName(file), Does.Match("^[0-9]{20}$"));
            Assert.That(new FileInfo(file).Length, Is.EqualTo(LogFileSize));
        }
    }

    [TestCase("{0},{1},")]
    [TestCase(" {0} , {1}/ ")]
    [TestCase("{0},{1},{0}/,{1}")]
    public async Task Directories_are_the_same_however_they_are_written(string text)
    {
        await using (var store = Open($"{A},{B}"))
        {
            Fill(store, 300);
        }
        await using var again = Open(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, A, B));
        Assert.That(again.Bodies("T", 0), Has.Count.EqualTo(300));
        Assert.That(again.Figures().CommitLogDisks.Select(d => d.Path), Is.EqualTo([A, B]));
    }

    [Test]
    public async Task Killed_in_the_middle_nothing_that_was_flushed_is_lost([Range(1, 5)] int seed)
    {
        var store = Open($"{A},{B},{C}", o => o with { FlushDiskType = FlushDiskType.SyncFlush });
        Fill(store, 100 * seed);
        await store.WaitFlushedAsync(store.MaxPhysicalOffset);
        Fill(store, 150);
        _files.Crash(new Random(seed), 0.5);
        _files = new LossyFileSystem();
        await using var again = Open($"{A},{B},{C}");
        Assert.That(again.Bodies("T", 0), Has.Count.GreaterThanOrEqualTo(100 * seed));
        Fill(again, 300);
        var min = again.Bodies("T", 0).Count;
        await again.StopAsync();
        await using var third = Open($"{A},{B},{C}");
        Assert.That(third.Bodies("T", 0), Has.Count.EqualTo(min));
    }

    [Test]
    public async Task A_directory_over_diskSpaceCleanForciblyRatio_is_passed_over_unless_all_are()
    {
        await using var store = Open($"{A},{B}");
        Fill(store, 60);
        _files.Spaces[A] = new DiskSpace(1000, 870, 130);
        Fill(store, 400);
        var inA = Numbers(A).Count;
        Assert.That(inA, Is.LessThanOrEqualTo(2));
        Assert.That(Numbers(B), Has.Count.GreaterThan(3));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.That(store.WriteStatus, Is.EqualTo(AppendStatus.Ok));
        Assert.That(store.MinPhysicalOffset, Is.Zero, "there is space");
        _files.Spaces[B] = new DiskSpace(1000, 860, 140);
        Fill(store, 400);
        Assert.That(Numbers(A), Has.Count.GreaterThan(inA), "with all full they take turns again");
    }

    [Test]
    public async Task Files_go_and_messages_are_refused_by_the_use_of_the_emptiest_disk()
    {
        await using var store = Open($"{A},{B}");
        Fill(store, 600);
        _files.Spaces[A] = new DiskSpace(1000, 950, 50);
        _files.Spaces[B] = new DiskSpace(1000, 500, 500);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.That((store.WriteStatus, store.MinPhysicalOffset), Is.EqualTo((AppendStatus.Ok, 0L)));
        _files.Spaces[B] = new DiskSpace(1000, 870, 130);
        Until(() => store.MinPhysicalOffset > 0);
        Assert.That(store.WriteStatus, Is.EqualTo(AppendStatus.Ok));
        _files.Spaces[B] = new DiskSpace(1000, 910, 90);
        Until(() => store.WriteStatus == AppendStatus.DiskFull);
        Assert.That(store.WriteRefusal, Does.Contain(A).And.Contain(B).And.Contain("91 % full or more").And.Contain("diskSpaceWarningLevelRatio=90"));
        Assert.That(store.Figures().CommitLogDisks, Is.EqualTo([(A, 0.95), (B, 0.91)]));
    }

    [Test]
    public async Task A_directory_that_takes_no_file_is_passed_over_with_a_word_and_only_when_none_does_messages_are_refused()
    {
        await using var store = Open($"{A},{B}");
        _files.TightDirectories.Add(B);
        Fill(store, 400);
        Assert.That(Numbers(B), Has.Count.LessThanOrEqualTo(1));
        Assert.That(Numbers(A), Has.Count.GreaterThan(3));
        Assert.That(_log.Lines, Has.Some.Contains($"in {A}").And.Contains("whose turn it was"));
        _files.TightDirectories.Add(A);
        Until(() => !store.Append("T", 0, new string('x', 1000)).IsOk);
        Assert.That(store.WriteRefusal, Does.Contain(A).And.Contain(B).And.Contain("mappedFileSizeCommitLog"));
        _files.TightDirectories.Clear();
        Until(() => store.Append("T", 0, "m").IsOk);
    }

    [Test]
    public async Task To_a_directory_for_reading_nothing_is_written_and_no_file_goes_there()
    {
        await using (var store = Open($"{A},{B}"))
        {
            Fill(store, 300);
            WriteInto(store, A);
        }
        _files.MountedForReading.Add(B);
        var before = Numbers(B);
        await using (var store = Open(A, o => o with { ReadOnlyCommitLogStorePaths = B }))
        {
            Assert.That(store.Bodies("T", 0), Has.Count.EqualTo(300));
            Fill(store, 300);
        }
        Assert.That(Numbers(B), Is.EqualTo(before));
        await using var again = Open($"{A},{B}", o => o with { ReadOnlyCommitLogStorePaths = B });
        Assert.That(again.Bodies("T", 0), Has.Count.EqualTo(600), "named in both it is read alone");
    }

    [Test]
    public async Task Once_its_files_are_gone_in_time_a_directory_for_reading_need_not_be_named_any_more()
    {
        await using (var store = Open($"{A},{B}"))
        {
            Fill(store, 300);
            WriteInto(store, A);
        }
        await using (var store = Open(A, o => o with { ReadOnlyCommitLogStorePaths = B }))
        {
            Fill(store, 300);
            _time.Advance(TimeSpan.FromHours(73));
            store.RequestCleaning();
            Until(() => Numbers(B).Count == 0);
        }
        Directory.Delete(B, recursive: true);
        await using var again = Open(A);
        Assert.That(again.Bodies("T", 0, again.MinOffset("T", 0)), Is.Not.Empty);
    }

    [Test]
    public async Task The_file_that_the_log_ends_in_is_written_to_its_end_though_its_directory_takes_no_others()
    {
        await using (var store = Open($"{A},{B}"))
        {
            Fill(store, 60);
            WriteInto(store, B);
        }
        await using (var store = Open(A, o => o with { ReadOnlyCommitLogStorePaths = B }))
        {
            Fill(store, 300);
            Assert.That(store.Bodies("T", 0), Has.Count.GreaterThan(360));
        }
        Assert.That(Numbers(B), Is.EqualTo([1]));
        Assert.That(Numbers(A), Has.Count.GreaterThan(2));
    }

    [Test]
    public async Task A_log_that_ends_where_it_may_not_be_written_is_refused_by_name()
    {
        await using (var store = Open($"{A},{B}"))
        {
            Fill(store, 60);
            WriteInto(store, B);
        }
        _files.MountedForReading.Add(B);
        Assert.That(
            () => Open(A, o => o with { ReadOnlyCommitLogStorePaths = B }),
            Throws.TypeOf<StorePathException>().With.Message.Contains("readOnlyCommitLogStorePaths").And.Message.Contains(Path.Combine(B, LogFileSize.ToString("D20"))));
    }

    /// <summary>A disk that is not mounted: the directory is missing, or an empty one where it would be.</summary>
    [Test]
    public async Task Without_one_of_its_directories_a_log_is_not_opened_and_with_it_again_it_is_whole(
        [Values("first", "middle", "last")] string which, [Values] bool isEmpty, [Values] bool isClean)
    {
        var store = Open($"{A},{B},{C}");
        Fill(store, 260);
        await store.WaitFlushedAsync(store.MaxPhysicalOffset);
        if (isClean)
        {
            await store.StopAsync();
        }
        _files.Crash();
        _files = new LossyFileSystem();
        var missing = which switch { "first" => A, "middle" => B, _ => LastOf(A, B, C) };
        Directory.Move(missing, missing + ".away");
        if (isEmpty)
        {
            Directory.CreateDirectory(missing);
        }
        var before = Everything();
        Assert.That(
            () => Open($"{A},{B},{C}"),
            Throws.TypeOf<StorePathException>().With.Message.Contains($"the one that was in {missing}.").And.Message.Contains("storePathCommitLog").And.Message.Contains(Parts));
        Assert.That(Everything(), Is.EqualTo(before), "nothing is touched");
        Assert.That(() => Open(string.Join(',', ((string[])[A, B, C]).Where(path => path != missing))), Throws.TypeOf<StorePathException>(), "nor may it be left out");
        if (isEmpty)
        {
            Directory.Delete(missing);
        }
        Directory.Move(missing + ".away", missing);
        await using var again = Open($"{A},{B},{C}");
        Assert.That(again.Bodies("T", 0), Has.Count.EqualTo(260));
    }

    [Test]
    public async Task A_part_may_be_moved_to_another_directory()
    {
        await using (var store = Open($"{A},{B}"))
        {
            Fill(store, 300);
        }
        Directory.Move(_directory.File("disk2"), _directory.File("disk3"));
        await using (var moved = Open($"{A},{C}"))
        {
            Assert.That(moved.Bodies("T", 0), Has.Count.EqualTo(300));
        }
        Assert.That(File.ReadAllText(Parts), Does.Contain(C).And.Not.Contain(B));
    }

    [Test]
    public async Task A_file_that_is_missing_between_others_is_refused_with_a_hint_at_the_directories()
    {
        await using (var store = Open($"{A},{B}"))
        {
            Fill(store, 600);
        }
        File.Delete(Path.Combine(B, (3L * LogFileSize).ToString("D20")));
        Assert.That(() => Open($"{A},{B}"), Throws.TypeOf<CorruptStoreException>().With.Message.Contains($"{3 * LogFileSize}").And.Message.Contains("mounted"));
    }

    [Test]
    public async Task A_file_that_is_in_two_directories_is_refused_by_both_names()
    {
        await using (var store = Open($"{A},{B}"))
        {
            Fill(store, 300);
        }
        var name = LogFileSize.ToString("D20");
        File.Copy(Path.Combine(B, name), Path.Combine(A, name));
        var before = Everything();
        Assert.That(() => Open($"{A},{B}"), Throws.TypeOf<CorruptStoreException>().With.Message.Contains(name).And.Message.Contains(A).And.Message.Contains(B));
        Assert.That(Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_store_of_one_directory_gets_further_ones_and_gives_them_up()
    {
        await using (var store = Open(null))
        {
            Fill(store, 300);
        }
        var own = _directory.File("store", "commitlog");
        Assert.That(File.Exists(Parts), Is.False);
        Assert.That(Directory.GetDirectories(own), Is.Empty, "a store that was never spread is as it was");
        await using (var store = Open($"{own},{A}"))
        {
            Fill(store, 300);
        }
        Assert.That(Numbers(A), Is.Not.Empty);
        Assert.That(() => Open(null), Throws.TypeOf<StorePathException>().With.Message.Contains(A));
        await using var again = Open(null, o => o with { ReadOnlyCommitLogStorePaths = A });
        Assert.That(again.Bodies("T", 0), Has.Count.EqualTo(600));
    }

    /// <summary>As Apache's broker leaves it: file n in the directory n modulo their count, and nothing that says so.</summary>
    [TestCase("store-clean", "expected")]
    [TestCase("store-crash", "expected-crash")]
    public async Task A_store_that_Apache_spread_opens_in_place(string name, string expectedName)
    {
        using var golden = Golden.Unpack(name);
        const int fileSize = 1024 * 1024;
        var (first, second) = (golden.File("a"), golden.File("b"));
        Directory.CreateDirectory(first);
        Directory.CreateDirectory(second);
        foreach (var file in Directory.GetFiles(golden.File("commitlog")))
        {
            File.Move(file, Path.Combine(long.Parse(Path.GetFileName(file)) / fileSize % 2 == 0 ? first : second, Path.GetFileName(file)));
        }
        Directory.Delete(golden.File("commitlog"));
        var messages = Golden.Expected(expectedName)["walk"]!["messages"]!;
        await using var store = MessageStore.Open(Golden.Options(name, golden) with { StorePathCommitLog = $"{first},{second}" });
        store.Start();
        foreach (var message in messages)
        {
            using var lease = store.Read((long)message["physicalOffset"]!);
            Assert.That(lease.IsValid, Is.True);
        }
        for (var file = (store.MaxPhysicalOffset / fileSize) + 1; store.MaxPhysicalOffset < (file + 2) * fileSize;)
        {
            Assert.That(store.Append("T", 0, new string('x', 5000)).IsOk, Is.True);
        }
        Assert.That(Directory.GetFiles(first).Select(path => long.Parse(Path.GetFileName(path)) / fileSize % 2), Is.All.EqualTo(0));
        Assert.That(Directory.GetFiles(second).Select(path => long.Parse(Path.GetFileName(path)) / fileSize % 2), Is.All.EqualTo(1));
    }

    [Test]
    public async Task A_directory_with_a_comma_in_its_name_can_hold_a_store()
    {
        await using (var store = Open(null, at: "a,b"))
        {
            Fill(store, 10);
        }
        Assert.That(Numbers(_directory.File("a,b", "commitlog")), Is.EqualTo([0]));
    }

    [Test]
    public void A_directory_that_can_not_be_used_is_refused_with_its_key_and_the_way_out()
    {
        Directory.CreateDirectory(_directory.File("disk1"));
        File.WriteAllText(A, "no directory");
        Assert.That(() => Open($"{A},{B}"), Throws.TypeOf<StorePathException>().With.Message.EqualTo($"storePathCommitLog: {A} is a file. Name a directory."));
        File.Delete(A);
        _files.MountedForReading.Add(_directory.File("disk1"));
        Assert.That(() => Open($"{A},{B}"), Throws.TypeOf<StorePathException>().With.Message.StartsWith($"storePathCommitLog: the directory {A} can't be made"));
        Directory.CreateDirectory(A);
        Assert.That(() => Open($"{A},{B}"), Throws.TypeOf<StorePathException>().With.Message.Contains(A).And.Message.Contains("may not write").And.Message.Contains("readOnlyCommitLogStorePaths"));
        Assert.That(() => Open(A), Throws.TypeOf<StorePathException>(), "one directory alone is looked at, too");
        Assert.That(
            () => Open(B, o => o with { ReadOnlyCommitLogStorePaths = C }),
            Throws.TypeOf<StorePathException>().With.Message.StartsWith($"readOnlyCommitLogStorePaths: there is no directory {C}."));
        Assert.That(() => Open(B, o => o with { ReadOnlyCommitLogStorePaths = $"{B},{A}" }), Throws.TypeOf<StorePathException>().With.Message.Contains("leaves no directory for new files"));
        Assert.That(Directory.Exists(C), Is.False, "none is made for reading");
    }

    [Test]
    public async Task A_disk_that_goes_while_the_log_is_written_costs_no_message([Values] bool isAlone)
    {
        await using var store = Open(isAlone ? A : $"{A},{B}");
        Fill(store, 60);
        _files.MountedForReading.Add(A);
        var taken = 60;
        for (var i = 0; i < 400; i++)
        {
            taken += store.Append("T", 0, new string('x', 500)).IsOk ? 1 : 0;
        }
        Assert.That(store.Bodies("T", 0), Has.Count.EqualTo(taken));
        Assert.That(taken == 460, Is.EqualTo(!isAlone));
    }

    private MessageStore Open(string? commitLog, Func<StoreOptions, StoreOptions>? configure = null, string at = "store")
    {
        var options = new StoreOptions
        {
            StorePathRootDir = _directory.File(at), StorePathCommitLog = commitLog, MappedFileSizeCommitLog = LogFileSize, MappedFileSizeConsumeQueue = 2_000,
            MaxHashSlotNum = 100, MaxIndexNum = 1000,
        };
        var store = MessageStore.Open(configure?.Invoke(options) ?? options, _files, _time, _log);
        store.Start();
        return store;
    }

    private static List<long> Numbers(string directory) => [.. Directory.GetFiles(directory).Select(path => long.Parse(Path.GetFileName(path)) / LogFileSize).Order()];

    private static string LastOf(params string[] directories) => directories.MaxBy(directory => Numbers(directory).DefaultIfEmpty(-1).Max())!;

    private List<string> Everything() =>
        [.. Directory.EnumerateFileSystemEntries(_directory, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "lock").Order()];

    /// <summary>Fills the log until it ends in a file of a directory.</summary>
    private static void WriteInto(MessageStore store, string directory)
    {
        while (!File.Exists(Path.Combine(directory, ((store.MaxPhysicalOffset - 1) / LogFileSize * LogFileSize).ToString("D20"))))
        {
            Fill(store, 1);
        }
    }

    private static void Fill(MessageStore store, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.That(store.Append("T", 0, $"m{i} " + new string('x', 500), "KEYS\u0001k\u0002").IsOk, Is.True);
        }
    }

    private void Until(Func<bool> holds)
    {
        for (var passed = TimeSpan.Zero; passed <= TimeSpan.FromMinutes(2); passed += TimeSpan.FromMilliseconds(100))
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
}
