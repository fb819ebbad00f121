using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Persistence;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Filtering;

public class ConsumerFilterRegistryTests
{
    private const string Topic = "GoldenTags";
    private const string Group = "G_CONS_SQL";

    private VirtualTimeProvider _time = new();
    private string _folder = "";

    private string FilePath => Path.Combine(_folder, "config", "consumerFilter.json");

    private static string Golden =>
        File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Filtering", "golden", "consumerFilter.json"));

    [SetUp]
    public void Start()
    {
        // A few seconds after the golden file was written.
        _time = new VirtualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1795247130000));
        _folder = Directory.CreateTempSubdirectory("filter").FullName;
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Positions_are_those_of_a_Java_broker()
    {
        var bloom = new BloomFilter();
        Assert.That((bloom.BitCount, bloom.HashCount), Is.EqualTo((112, 3)));
        Assert.That(bloom.PositionsOf(Group, Topic), Is.EqualTo(new BloomFilterData(112, [13, 44, 36])));
    }

    // One name per length of the hash's last, partial block.
    [TestCase("g", "t", new[] { 22, 87, 58 })]
    [TestCase("group0123", "topic0", new[] { 26, 8, 11 })]
    [TestCase("group", "topic-12", new[] { 21, 100, 33 })]
    [TestCase("a-rather-long-group", "a-longer-topic-name", new[] { 93, 78, 48 })]
    [TestCase("组", "主题", new[] { 38, 9, 19 })]
    public void Positions_are_a_murmur3_of_group_and_topic(string group, string topic, int[] positions) =>
        Assert.That(new BloomFilter().PositionsOf(group, topic).BitPos, Is.EqualTo(positions));

    [Test]
    public void The_file_of_an_Apache_broker_is_taken_over_and_written_back_as_it_was()
    {
        WriteFile(Golden);
        var registry = Open();
        var data = registry.Find(Topic, Group)!;
        Assert.Multiple(() =>
        {
            Assert.That(data.Expression, Is.EqualTo("num > 10 AND color = 'green'"));
            Assert.That(data.Filter.Matches(Props.Parse("num=11;color=green")), Is.True);
            Assert.That(data.BornTimeMs, Is.EqualTo(1795247112406));
            Assert.That(data.ClientVersion, Is.EqualTo(1795247112431));
            Assert.That(data.IsDead, Is.True);
        });
        registry.Persist();
        Assert.That(File.ReadAllText(FilePath), Is.EqualTo(Golden));
        Assert.That(File.ReadAllText(FilePath + ".bak"), Is.EqualTo(Golden));
    }

    [Test]
    public void An_empty_registry_is_written_as_Apache_writes_it()
    {
        Open().Persist();
        Assert.That(File.ReadAllText(FilePath), Is.EqualTo("{\n\t\"filterDataByTopic\":{}\n}"));
        Assert.That(Open().Find(Topic, Group), Is.Null);
    }

    [Test]
    public void What_is_written_is_read_again()
    {
        var registry = Open();
        Register(registry, "a = 'it''s \"中\"\t\\'", 1);
        registry.Register("G2", Sql("b > 1", 1));
        registry.Register("G2", new FilterSubscription("Other", "SQL92", "c > 1", 1));
        registry.Persist();
        var again = Open();
        Assert.That(again.Find(Topic, Group)!.Expression, Is.EqualTo("a = 'it''s \"中\"\t\\'"));
        Assert.That(again.Find(Topic, "G2")!.Expression, Is.EqualTo("b > 1"));
        Assert.That(again.Find("Other", "G2")!.Expression, Is.EqualTo("c > 1"));
    }

    [Test]
    public void After_a_start_everybody_is_dead_until_heard_of()
    {
        var registry = Open();
        Register(registry, "a > 1", 1);
        var born = registry.Find(Topic, Group)!.BornTimeMs;
        registry.Persist();
        _time.Advance(TimeSpan.FromMinutes(1));

        registry = Open();
        Assert.That(registry.Find(Topic, Group)!.DeadTimeMs, Is.EqualTo(born + 30_000));
        Assert.That(Register(registry, "a > 1", 2), Is.True);
        Assert.That(registry.Find(Topic, Group)!.IsDead, Is.False);
        Assert.That(registry.Find(Topic, Group)!.BornTimeMs, Is.EqualTo(born));
    }

    [Test]
    public void A_filter_born_just_before_the_stop_is_dead_from_its_birth()
    {
        var registry = Open();
        Register(registry, "a > 1", 1);
        registry.Persist();
        registry = Open();
        var data = registry.Find(Topic, Group)!;
        Assert.That((data.DeadTimeMs, data.IsDead), Is.EqualTo((data.BornTimeMs, true)));
    }

    [Test]
    public void The_same_expression_in_a_newer_version_keeps_its_birth()
    {
        var registry = Open();
        Register(registry, "a > 1", 1);
        var first = registry.Find(Topic, Group)!;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Register(registry, "a > 1", 2), Is.True);
        Assert.That(registry.Find(Topic, Group), Is.EqualTo(first with { ClientVersion = 2 }));
    }

    [Test]
    public void Another_expression_is_born_anew_if_its_version_is_newer()
    {
        var registry = Open();
        Register(registry, "a > 1", 5);
        var first = registry.Find(Topic, Group)!;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Register(registry, "a > 2", 5), Is.False);
        Assert.That(Register(registry, "a > 2", 4), Is.False);
        Assert.That(registry.Find(Topic, Group), Is.EqualTo(first));
        Assert.That(Register(registry, "a > 2", 6), Is.True);
        Assert.That(registry.Find(Topic, Group)!.Expression, Is.EqualTo("a > 2"));
        Assert.That(registry.Find(Topic, Group)!.BornTimeMs, Is.EqualTo(first.BornTimeMs + 60_000));
    }

    [Test]
    public void A_bad_expression_registers_nothing_and_a_newer_bad_one_removes_the_old()
    {
        var registry = Open();
        Assert.That(Register(registry, "a between 10,20", 1), Is.False);
        Assert.That(registry.Find(Topic, Group), Is.Null);
        Register(registry, "a > 1", 2);
        Assert.That(Register(registry, "a between 10,20", 3), Is.False);
        Assert.That(registry.Find(Topic, Group), Is.Null);
        Assert.That(Register(registry, "a between 10 AND 20", 3), Is.True);
    }

    [TestCase(null, "*")]
    [TestCase("", "TagA")]
    [TestCase("TAG", "TagA")]
    [TestCase("SQL92", "")]
    [TestCase("SQL92", null)]
    public void Tags_and_nothing_are_not_registered(string? type, string? expression)
    {
        var registry = Open();
        Assert.That(registry.Register(Group, new FilterSubscription(Topic, type, expression, 1)), Is.False);
        Assert.That(registry.Find(Topic, Group), Is.Null);
    }

    [Test]
    public void A_group_that_left_is_dead_and_comes_back_with_the_same_version()
    {
        var registry = Open();
        Register(registry, "a > 1", 1);
        var alive = registry.Find(Topic, Group)!;
        _time.Advance(TimeSpan.FromMinutes(1));
        registry.Unregister(Group);
        registry.Unregister("Stranger");
        Assert.That(registry.Find(Topic, Group)!.DeadTimeMs, Is.EqualTo(alive.BornTimeMs + 60_000));
        _time.Advance(TimeSpan.FromMinutes(1));
        registry.Unregister(Group);
        Assert.That(registry.Find(Topic, Group)!.DeadTimeMs, Is.EqualTo(alive.BornTimeMs + 60_000));
        Assert.That(Register(registry, "a > 1", 1), Is.True);
        Assert.That(registry.Find(Topic, Group), Is.EqualTo(alive));
    }

    [Test]
    public void A_heartbeat_without_the_topic_makes_its_filter_dead()
    {
        var registry = Open();
        registry.Register(Group, [Sql("a > 1", 1), new FilterSubscription("Other", "SQL92", "b > 1", 1)]);
        registry.Register("G2", [Sql("a > 1", 1)]);
        registry.Register(Group, [new FilterSubscription("Other", "SQL92", "b > 1", 2)]);
        Assert.That(registry.Find(Topic, Group)!.IsDead, Is.True);
        Assert.That(registry.Find("Other", Group)!.IsDead, Is.False);
        Assert.That(registry.Find(Topic, "G2")!.IsDead, Is.False);
    }

    [Test]
    public void A_day_after_death_a_filter_is_dropped()
    {
        var registry = Open();
        Register(registry, "a > 1", 1);
        registry.Register("G2", Sql("a > 2", 1));
        registry.Unregister(Group);
        _time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        registry.Persist();
        Assert.That(registry.Find(Topic, Group), Is.Not.Null);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        registry.Persist();
        Assert.That(registry.Find(Topic, Group), Is.Null);
        Assert.That(registry.Find(Topic, "G2"), Is.Not.Null);
        Assert.That(File.ReadAllText(FilePath), Does.Not.Contain(Group));
    }

    [TestCase("")]
    [TestCase("{\"filterDataByTopic\":{\"T\":")]
    [TestCase("[1,2]")]
    [TestCase("{\"filterDataByTopic\":5}")]
    [TestCase("{\"filterDataByTopic\":{\"T\":{\"groupFilterData\":{\"G\":{\"bornTime\":\"soon\"}}}}}")]
    public void A_bad_file_gives_way_to_its_backup_and_does_not_push_it_out(string bad)
    {
        WriteFile(bad);
        File.WriteAllText(FilePath + ".bak", Golden);
        var registry = Open();
        Assert.That(registry.Find(Topic, Group), Is.Not.Null);
        registry.Register("G2", Sql("a > 2", 1));
        registry.Persist();
        Assert.That(File.ReadAllText(FilePath), Does.Contain("G2"));
        if (bad.Length > 0)
            Assert.That(File.ReadAllText(FilePath + ".bak"), Is.EqualTo(Golden));
    }

    [Test]
    public void Two_bad_files_stop_the_start_with_a_reason()
    {
        WriteFile("{{");
        File.WriteAllText(FilePath + ".bak", "also bad");
        Assert.That(() => Open(), Throws.TypeOf<ConfigurationException>().With.Message.Contains(FilePath));
    }

    [Test]
    public void The_backup_is_what_was_written_before()
    {
        var registry = Open();
        Register(registry, "a > 1", 1);
        registry.Persist();
        registry.Persist();
        Assert.That(File.Exists(FilePath + ".bak"), Is.False);
        Register(registry, "a > 2", 2);
        registry.Persist();
        Assert.That(File.ReadAllText(FilePath), Does.Contain("a > 2"));
        Assert.That(File.ReadAllText(FilePath + ".bak"), Does.Contain("a > 1"));
    }

    [Test]
    public void Another_bloom_filter_makes_the_whole_file_void()
    {
        WriteFile(Golden);
        var registry = new ConsumerFilterRegistry(
            new ConfigFile(FilePath, PhysicalFileSystem.Instance, NullLogger.Instance), new BloomFilter(expectedGroups: 64), _time, NullLogger<ConsumerFilterRegistry>.Instance);
        registry.Load();
        Assert.That(registry.Find(Topic, Group), Is.Null);
    }

    [TestCase("[13,44,112]")]
    [TestCase("[13,44,-1]")]
    [TestCase("[13,44]")]
    [TestCase("null")]
    public void Positions_that_cannot_be_ours_make_the_file_void(string positions)
    {
        WriteFile(Golden.Replace("[13,44,36]", positions));
        Assert.That(Open().Find(Topic, Group), Is.Null);
    }

    [Test]
    public void An_entry_that_does_not_compile_is_dropped_alone()
    {
        var registry = Open();
        Register(registry, "a > 1", 1);
        registry.Register("G2", Sql("b > 2", 1));
        registry.Persist();
        WriteFile(File.ReadAllText(FilePath).Replace("b > 2", "b >> 2"));
        registry = Open();
        Assert.That(registry.Find(Topic, "G2"), Is.Null);
        Assert.That(registry.Find(Topic, Group), Is.Not.Null);
    }

    [Test]
    public void A_bit_map_tells_which_groups_a_message_is_for()
    {
        var registry = Open();
        Register(registry, "num > 10", 1);
        registry.Register("G2", Sql("num <= 10", 1));
        var mine = registry.Find(Topic, Group)!;
        var other = registry.Find(Topic, "G2")!;
        var later = mine.BornTimeMs + 1;
        Span<byte> bitMap = stackalloc byte[new BloomFilter().ByteCount];

        Assert.That(registry.TryFillBitMap(Topic, Props.Parse("num=11"), bitMap), Is.True);
        Assert.That(mine.MayMatch(bitMap, later), Is.True);
        Assert.That(other.MayMatch(bitMap, later), Is.False);
        Assert.That(other.MayMatch(bitMap, other.BornTimeMs), Is.True, "stored before the group was known");
        Assert.That(other.MayMatch(bitMap[..8], later), Is.True, "a bit map of another size says nothing");
        Assert.That(other.MayMatch(default, later), Is.True);
        // Bit i is bit i % 8, from the low end, of byte i / 8: 13, 44 and 36.
        Assert.That(bitMap.ToArray(), Is.EqualTo(new byte[] { 0, 0x20, 0, 0, 0x10, 0x10, 0, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.That(registry.TryFillBitMap("Nobody", Props.Parse("num=11"), bitMap), Is.False);
    }

    [Test]
    public void Filling_a_bit_map_allocates_nothing()
    {
        var registry = Open();
        for (var i = 0; i < 5; i++)
            registry.Register($"G{i}", Sql($"num > {i}", 1));
        var properties = Props.Parse("num=3");
        var bitMap = new byte[new BloomFilter().ByteCount];
        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 1000; i++)
                registry.TryFillBitMap(Topic, properties, bitMap);
        });
        Assert.That(allocated, Is.Zero);
    }

    [TestCase(0, 32)]
    [TestCase(100, 32)]
    [TestCase(20, 0)]
    public void A_bloom_filter_of_no_size_is_refused(int errorPercent, int groups) =>
        Assert.That(() => new BloomFilter(errorPercent, groups), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static FilterSubscription Sql(string expression, long version) => new(Topic, "SQL92", expression, version);

    private static bool Register(ConsumerFilterRegistry registry, string expression, long version) =>
        registry.Register(Group, Sql(expression, version));

    private ConsumerFilterRegistry Open()
    {
        var registry = new ConsumerFilterRegistry(new ConfigFile(FilePath, PhysicalFileSystem.Instance, NullLogger.Instance), new BloomFilter(), _time, NullLogger<ConsumerFilterRegistry>.Instance);
        registry.Load();
        return registry;
    }

    private void WriteFile(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, text);
    }
}
