using Newtonsoft.Json.Linq;
using RocketMQ.Protocol.Messages;
using RocketMQ.TestSupport;

namespace RocketMQ.Store.Tests;

internal sealed class KeyQueryTests
{
    private TestDirectory _directory = null!;
    private VirtualTimeProvider _time = null!;

    [SetUp]
    public void Prepare()
    {
        _directory = new TestDirectory();
        _time = new VirtualTimeProvider();
    }

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task A_message_is_found_by_each_of_its_keys_and_by_its_unique_key()
    {
        await using var store = Open();
        store.Append("T", 0, "a", "KEYS\u0001k1 k2\u0002UNIQ_KEY\u0001U1\u0002");
        store.Append("T", 1, "b", "KEYS\u0001k2\u0002");
        store.Append("Other", 0, "c", "KEYS\u0001k2\u0002");
        Assert.That(Query(store, "T", "k1"), Is.EqualTo(["a"]));
        Assert.That(Query(store, "T", "k2"), Is.EqualTo(["a", "b"]));
        Assert.That(Query(store, "T", "U1"), Is.EqualTo(["a"]));
        Assert.That(Query(store, "T", "k"), Is.Empty);
    }

    [Test]
    public async Task Keys_with_the_same_hash_are_told_apart()
    {
        // Aa and BB have one Java hash.
        Assert.That(JavaHash.Of("Aa"), Is.EqualTo(JavaHash.Of("BB")));
        await using var store = Open();
        store.Append("T", 0, "a", "KEYS\u0001Aa\u0002");
        store.Append("T", 0, "b", "KEYS\u0001BB\u0002");
        Assert.That(Query(store, "T", "Aa"), Is.EqualTo(["a"]));
        Assert.That(Query(store, "T", "BB"), Is.EqualTo(["b"]));
    }

    [Test]
    public async Task Only_messages_of_the_time_range_are_found_bounds_included()
    {
        await using var store = Open();
        var times = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            times.Add(store.Append("T", 0, $"m{i}", "KEYS\u0001k\u0002").StoreTimestamp);
            _time.Advance(TimeSpan.FromMilliseconds(400));
        }
        Assert.That(Query(store, "T", "k", times[1], times[4]), Is.EqualTo(["m1", "m2", "m3", "m4"]));
        Assert.That(Query(store, "T", "k", times[5] + 1, long.MaxValue), Is.Empty);
        Assert.That(Query(store, "T", "k", 0, times[0] - 1), Is.Empty);
    }

    [Test]
    public async Task The_newest_are_found_first_and_at_most_as_many_as_asked_for_over_several_files()
    {
        await using var store = Open(maxIndexNum: 20);
        for (var i = 0; i < 100; i++)
        {
            store.Append("T", 0, $"m{i}", "KEYS\u0001k\u0002");
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.That(Query(store, "T", "k", maxCount: 50), Is.EqualTo(Enumerable.Range(50, 50).Select(i => $"m{i}")));
        Assert.That(Query(store, "T", "k", maxCount: 1000), Has.Count.EqualTo(64), "maxMsgsNumBatch");
        Assert.That(Directory.GetFiles(_directory.File("index")), Has.Length.EqualTo(6));
    }

    [Test]
    public async Task After_a_restart_nothing_is_listed_twice_and_what_was_lost_is_built_again()
    {
        await using (var store = Open())
        {
            store.Append("T", 0, "a", "KEYS\u0001k\u0002");
        }
        await using (var store = Open())
        {
            store.Append("T", 0, "b", "KEYS\u0001k\u0002");
            Assert.That(Query(store, "T", "k"), Is.EqualTo(["a", "b"]));
        }
        Directory.Delete(_directory.File("index"), recursive: true);
        await using (var store = Open())
        {
            Assert.That(Query(store, "T", "k"), Is.EqualTo(["a", "b"]));
        }
    }

    [TestCase("store-clean", "expected", "api")]
    [TestCase("store-crash", "expected-crash", "apiRecovered")]
    public async Task Apaches_answers_to_queries_by_key_are_ours(string name, string expectedName, string api)
    {
        using var directory = Golden.Unpack(name);
        var expected = Golden.Expected(expectedName);
        var queries = (JObject)expected[api]!["queryByKey(topic#key -> offsetMsgIds)"]!;
        await using var store = MessageStore.Open(Golden.Options(name, directory));
        foreach (var (query, ids) in queries)
        {
            var at = query.LastIndexOf('#');
            using var found = store.Query(query[..at], query[(at + 1)..], 64, 0, long.MaxValue);
            var offsets = found.Records.Select(r => OffsetMessageId.Format(MessageHostOf(r), r.PhysicalOffset)).ToList();
            // After a crash Apache loses the index of older messages; here it is built again.
            Assert.That(offsets, Is.SupersetOf(ids!.Select(i => (string?)i).Distinct()), query);
            Assert.That(offsets, api == "api" ? Has.Count.EqualTo(ids!.Distinct().Count()) : Is.Not.Empty, query);
        }
    }

    [Test]
    public async Task Built_anew_the_index_has_the_header_apache_gave_it()
    {
        using var directory = Golden.Unpack("store-clean");
        var header = Golden.Expected("expected")["walk"]!["index"]![0]!;
        Directory.Delete(directory.File("index"), recursive: true);
        await using (var store = MessageStore.Open(Golden.Options("store-clean", directory)))
        {
            Assert.That(Query(store, "GoldenNormal", "size-1"), Has.Count.EqualTo(1));
        }
        var bytes = File.ReadAllBytes(Directory.GetFiles(directory.File("index")).Single());
        Assert.Multiple(() =>
        {
            Assert.That(Read(bytes, 0), Is.EqualTo((long)header["beginTimestamp"]!));
            Assert.That(Read(bytes, 16), Is.EqualTo((long)header["beginPhyOffset"]!));
            Assert.That(Read(bytes, 8), Is.EqualTo((long)header["endTimestamp"]!));
            Assert.That(Read(bytes, 24), Is.EqualTo((long)header["endPhyOffset"]!));
            Assert.That((int)(Read(bytes, 32) >> 32), Is.EqualTo((int)header["hashSlotCount"]!));
            Assert.That((int)Read(bytes, 32), Is.EqualTo((int)header["indexCount"]!));
        });
    }

    private static long Read(byte[] bytes, int at) => System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at));

    private static MessageHost MessageHostOf(LogLease lease) =>
        MessageRecord.TryRead(lease.Bytes, out var record) == RecordReadStatus.Ok ? record.StoreHost : default;

    private static List<string> Query(MessageStore store, string topic, string key, long begin = 0, long end = long.MaxValue, int maxCount = 64)
    {
        using var found = store.Query(topic, key, maxCount, begin, end);
        return [.. found.Records.Select(r => MessageRecord.TryRead(r.Bytes, out var record) == RecordReadStatus.Ok
            ? System.Text.Encoding.UTF8.GetString(record.Body) : "unreadable")];
    }

    private MessageStore Open(int maxIndexNum = 400)
    {
        var store = MessageStore.Open(
            new()
            {
                StorePathRootDir = _directory, MappedFileSizeCommitLog = 64 * 1024, MappedFileSizeConsumeQueue = 20_000, MaxHashSlotNum = 100,
                MaxIndexNum = maxIndexNum,
            },
            time: _time);
        store.Start();
        return store;
    }
}
