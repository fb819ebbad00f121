using System.Formats.Tar;
using System.IO.Compression;
using RocketMQ.Fault.Tests.Disk;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Fault.Tests;

/// <summary>A checker that finds nothing is worth what it finds on purpose: Apache's own store is sound, and each damage to it is named.</summary>
public class StoreCheckerTests
{
    private const int GoldenIndexSlots = 1_000;

    private TestFolder _store = null!;

    [SetUp]
    public void UnpackStore()
    {
        _store = new TestFolder();
        using var packed = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "golden", "store-clean.tar.gz"));
        using var plain = new GZipStream(packed, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(plain, _store.Path, overwriteFiles: false);
    }

    [TearDown]
    public void RemoveStore() => _store.Dispose();

    [Test]
    public void The_store_of_an_Apache_broker_is_sound()
    {
        var findings = Check(out var records);

        Assert.That(findings.Count, Is.Zero, findings.ToString());
        Assert.That(records, Is.GreaterThan(700), "records walked");
    }

    [Test]
    public void A_changed_body_ends_the_log_and_leaves_units_without_records()
    {
        var file = LogFile(1);
        var at = file.Bytes.Length / 2;
        file.Bytes[at] ^= 1;
        file.Save();

        Assert.That(Check(out _).ToString(), Does.Contain("later files hold data").And.Contain("units for"));
    }

    [Test]
    public void A_unit_that_points_elsewhere_is_found()
    {
        var file = FirstFileOf(Path.Combine("consumequeue", "GoldenBatch", "0"));
        file.Bytes[20 * 3 + 7] ^= 4;
        file.Save();

        Assert.That(Check(out _).ToString(), Does.Contain("wrong unit: GoldenBatch/0@3"));
    }

    [Test]
    public void A_missing_queue_is_found()
    {
        Directory.Delete(_store.File(Path.Combine("consumequeue", "GoldenBatch")), recursive: true);

        Assert.That(Check(out _).ToString(), Does.Contain("no unit: GoldenBatch/0@0"));
    }

    [Test]
    public void A_unit_too_many_is_found()
    {
        var file = FirstFileOf(Path.Combine("consumequeue", "GoldenBatch", "0"));
        var end = Enumerable.Range(0, file.Bytes.Length / 20).First(i => file.Bytes.AsSpan(i * 20 + 8, 4).IndexOfAnyExcept((byte)0) < 0);
        file.Bytes.AsSpan((end - 1) * 20, 20).CopyTo(file.Bytes.AsSpan(end * 20));
        file.Save();

        Assert.That(Check(out _).ToString(), Does.Contain($"GoldenBatch/0 has {end + 1} units for {end} records"));
    }

    [Test]
    public void A_lost_index_chain_is_found()
    {
        var file = FirstFileOf("index");
        file.Bytes.AsSpan(40, GoldenIndexSlots * 4).Clear();
        file.Save();

        Assert.That(Check(out _).ToString(), Does.Contain("the index has 0 entries of key"));
    }

    [Test]
    public void An_index_entry_that_leads_nowhere_is_found()
    {
        var file = FirstFileOf("index");
        file.Bytes[40 + GoldenIndexSlots * 4 + 20 + 4 + 7] ^= 1;
        file.Save();

        Assert.That(Check(out _).ToString(), Does.Contain("where no record with a key of hash"));
    }

    private Findings Check(out int records)
    {
        var findings = new Findings();
        var checker = new StoreChecker(PhysicalFileSystem.Instance, _store.Path, GoldenIndexSlots);
        var log = checker.ReadLog(findings);
        checker.Check(log, findings);
        records = log.Count;
        return findings;
    }

    private StoreFile LogFile(int number) => new(Directory.GetFiles(_store.File("commitlog")).Order(StringComparer.Ordinal).ElementAt(number));

    private StoreFile FirstFileOf(string folder) => new(Directory.GetFiles(_store.File(folder)).Order(StringComparer.Ordinal).First());

    private sealed record StoreFile(string Path)
    {
        public byte[] Bytes { get; } = File.ReadAllBytes(Path);

        public void Save() => File.WriteAllBytes(Path, Bytes);
    }
}
