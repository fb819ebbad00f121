using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Tests.Replication.Epochs;

public class EpochFileTests
{
    private const string Place = "/store/epochFileCheckpoint";

    /// <summary>As Apache's broker 3 had them after nine masters, and its backup.</summary>
    private const string Apaches = "9\n1088993076\n1-0\n2-46990\n3-51058\n4-60088\n5-73638\n6-86882\n7-95960\n8-97208\n17-98263\n";
    private const string ApachesBackup = "8\n159774790\n1-0\n2-46990\n3-51058\n4-60088\n5-73638\n6-86882\n7-95960\n8-97208\n";

    private MemoryDisk _disk = null!;

    [SetUp]
    public void SetUp() => _disk = new MemoryDisk();

    [Test]
    public void It_is_written_as_Apaches_brokers_write_it_with_the_last_one_beside_it()
    {
        var file = Open();
        foreach (var (epoch, start) in new[] { (1, 0), (2, 46990), (3, 51058), (4, 60088), (5, 73638), (6, 86882), (7, 95960), (8, 97208), (17, 98263) })
        {
            file.Begin(epoch, start);
        }

        Assert.That(_disk.Texts()[Place], Is.EqualTo(Apaches));
        Assert.That(_disk.Texts()[Place + ".bak"], Is.EqualTo(ApachesBackup));
        Assert.That(Open().Entries, Is.EqualTo(file.Entries));
    }

    [TestCase("1\n1725254278\n1-0\n", "1-0")]
    [TestCase("1\n1355690516\n50-0\n", "50-0")]
    [TestCase("4\n2099816133\n17-98263\n18-1325043\n19-1328061\n20-1328267\n", "17-98263 18-1325043 19-1328061 20-1328267")]
    [TestCase("2\n0\n3-5\n4-6\n", "3-5 4-6")]
    [TestCase("0\n0\n", "")]
    public void Apaches_are_read(string text, string entries)
    {
        Put(Place, text);
        Assert.That(string.Join(' ', Open().Entries), Is.EqualTo(entries));
    }

    [Test]
    public void A_file_that_is_torn_anywhere_gives_way_to_the_one_beside_it()
    {
        for (var length = 0; length < Apaches.Length; length++)
        {
            Put(Place, Apaches[..length]);
            Put(Place + ".bak", ApachesBackup);
            Assert.That(Open().LastEpoch, Is.EqualTo(8), $"torn after {length} bytes");
            _disk.DeleteFile(Place + ".bak");
            var refusal = Assert.Throws<ConfigurationException>(() => Open(), $"torn after {length} bytes")!.Message;
            Assert.That(refusal, Does.Contain(Place).And.Contain("empty store"));
        }
    }

    [TestCase("2\n0\n4-5\n3-6\n")]
    [TestCase("2\n0\n4-5\n4-6\n")]
    [TestCase("2\n0\n4-6\n5-5\n")]
    [TestCase("1\n0\n0-6\n")]
    [TestCase("1\n0\n-1-6\n")]
    [TestCase("1\n0\n1--6\n")]
    [TestCase("1\n0\n1-99999999999999999999\n")]
    [TestCase("2\n0\n1-0\n")]
    [TestCase("1\n0\n1-0\n\n")]
    [TestCase("1\n1725254279\n1-0\n")]
    [TestCase("one\n0\n1-0\n")]
    [TestCase("{}")]
    public void What_is_no_history_is_refused(string text)
    {
        Put(Place, text);
        Assert.Throws<ConfigurationException>(() => Open());
    }

    [Test]
    public void After_a_power_failure_at_any_moment_it_is_as_before_or_as_it_was_to_be()
    {
        var file = Open();
        file.Begin(1, 0);
        file.Begin(2, 100);
        var seen = new HashSet<string>();
        _disk.Changed = () =>
        {
            foreach (var keepsNames in new[] { false, true })
            {
                var left = _disk.Unpowered(keepsNames);
                seen.Add(string.Join(' ', EpochFile.Open(Place, left, NullLogger.Instance).Entries));
            }
        };
        file.Begin(3, 200);
        _disk.Changed = null;
        Assert.That(seen, Is.EquivalentTo(["1-0 2-100", "1-0 2-100 3-200"]));
        Assert.That(EpochFile.Open(Place, _disk.Unpowered(false), NullLogger.Instance).LastEpoch, Is.EqualTo(3), "it is durable when it returns");
    }

    [Test]
    public void What_can_not_be_written_has_not_begun()
    {
        var file = Open();
        file.Begin(1, 0);
        _disk.Broken = Place;
        Assert.Throws<IOException>(() => file.Begin(2, 100));
        Assert.That(file.LastEpoch, Is.EqualTo(1));
        _disk.Broken = null;
        file.Begin(2, 100);
        Assert.That(Open().LastEpoch, Is.EqualTo(2));
    }

    [TestCase("1-0 2-100", 3, 100, "1-0 3-100")]
    [TestCase("1-0 2-100", 3, 150, "1-0 2-100 3-150")]
    [TestCase("1-0 2-100 3-200", 4, 50, "1-0 4-50")]
    [TestCase("1-0 2-100", 2, 100, "1-0 2-100")]
    [TestCase("1-0 2-100", 2, 150, "1-0 2-150")]
    [TestCase("1-0", 2, 0, "1-0 2-0")]
    [TestCase("1-0 2-0", 3, 0, "1-0 3-0")]
    [TestCase("5-1000", 6, 1000, "5-1000 6-1000")]
    [TestCase("5-1000", 6, 900, "6-900")]
    [TestCase("", 7, 900, "7-900")]
    public void An_epoch_in_which_nothing_was_written_gives_way_to_the_next(string had, int epoch, long start, string has)
    {
        var file = With(had);
        var before = file.Entries;
        file.Begin(epoch, start);
        Assert.That(string.Join(' ', file.Entries), Is.EqualTo(has));
        Assert.That(string.Join(' ', Open().Entries), Is.EqualTo(has));
        Assert.That(string.Join(' ', before), Is.EqualTo(had), "who has got the entries has them as they were");
    }

    [Test]
    public void A_lower_epoch_does_not_begin()
    {
        var file = With("1-0 5-100");
        Assert.Throws<InvalidOperationException>(() => file.Begin(4, 200));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Begin(6, -1));
        Assert.That(string.Join(' ', file.Entries), Is.EqualTo("1-0 5-100"));
    }

    [TestCase(101, "1-0 2-100")]
    [TestCase(100, "1-0")]
    [TestCase(1, "1-0")]
    [TestCase(0, "")]
    public void A_cut_takes_what_began_there_or_behind(long offset, string left)
    {
        var file = With("1-0 2-100 3-200");
        file.CutAt(offset);
        Assert.That(string.Join(' ', file.Entries), Is.EqualTo(left));
        Assert.That(string.Join(' ', Open().Entries), Is.EqualTo(left));
        Assert.That(left.Length > 0 || !_disk.FileExists(Place + ".bak"), "Apache's brokers read the backup of a file without entries");
    }

    [TestCase(99, "1-0 2-100 3-200")]
    [TestCase(100, "2-100 3-200")]
    [TestCase(199, "2-100 3-200")]
    [TestCase(200, "3-200")]
    [TestCase(10_000, "3-200")]
    public void What_ended_before_the_log_begins_goes(long minOffset, string left)
    {
        var file = With("1-0 2-100 3-200");
        file.CutBefore(minOffset);
        Assert.That(string.Join(' ', file.Entries), Is.EqualTo(left));
    }

    [TestCase(49, null)]
    [TestCase(50, "1-50")]
    [TestCase(99, "1-50")]
    [TestCase(100, "2-100")]
    [TestCase(long.MaxValue, "2-100")]
    public void A_byte_is_of_one_epoch(long offset, string? entry) => Assert.That(With("1-50 2-100").EntryAt(offset)?.ToString(), Is.EqualTo(entry));

    private EpochFile Open() => EpochFile.Open(Place, _disk, NullLogger.Instance);

    private EpochFile With(string entries)
    {
        Put(Place, System.Text.Encoding.ASCII.GetString(EpochText.Write(Histories.Of(entries))));
        return Open();
    }

    private void Put(string path, string text) => _disk.Set(path, System.Text.Encoding.ASCII.GetBytes(text));
}
