using System.Security.Cryptography;
using Newtonsoft.Json.Linq;

namespace RocketMQ.Store.Tests;

/// <summary>Stores of Apache's 5.3.3 broker with topics of queue.type=BatchCQ, one stopped, one killed, opened in place.</summary>
internal sealed class BatchGoldenTests
{
    /// <summary>Apache's broker counts a batch of none as one message when it is sent and as none in its unit, and cuts the queue there at its next start.</summary>
    private const string CutByApache = "BcqA/2";

    /// <summary>Apache's broker ends each answer at a file's end, which is after ten units there: here one goes on into the next.</summary>
    private const string EndsAtFile = "pull BcqRoll/0 offset=15 max=4";

    private static readonly JObject Expected = Golden.Expected("expected53-batchcq");

    private static readonly string[] Stores = ["store-batchcq", "store-batchcq-crash"];

    [TestCaseSource(nameof(Stores))]
    public async Task Every_file_of_a_queue_holds_what_it_held_after_the_store_was_used_here(string name)
    {
        using var directory = Golden.Unpack(name);
        await using (var store = MessageStore.Open(Golden.Options(name, directory)))
        {
            store.Start();
        }
        var files = (JObject)Walk(name)["files"]!;
        Assert.Multiple(() =>
        {
            foreach (var (path, lengthAndHash) in files)
            {
                // An empty queue of Apache's has a file, of zeros; one that counts nothing is mended.
                if (!path.Contains(CutByApache, StringComparison.Ordinal))
                {
                    Assert.That(HashOf(directory.File(path)), Is.EqualTo((string)lengthAndHash![1]!), path);
                }
            }
        });
    }

    [TestCaseSource(nameof(Stores))]
    public async Task Queues_have_the_units_that_Apaches_broker_wrote(string name)
    {
        using var directory = Golden.Unpack(name);
        await using var store = MessageStore.Open(Golden.Options(name, directory));
        Assert.Multiple(() =>
        {
            foreach (var (queue, units) in (JObject)Walk(name)["units"]!)
            {
                var at = queue.Split('/') is [var topic, var id] ? (Topic: topic, Id: int.Parse(id)) : default;
                Assert.That(Units(store, at.Topic, at.Id), Is.EqualTo(units!.Select(AsText)), queue);
                Assert.That(store.Queue(at.Topic, at.Id)?.Type, Is.EqualTo(QueueType.BatchCQ), queue);
            }
        });
    }

    [TestCase("store-batchcq", "apiAfterCleanRestart")]
    [TestCase("store-batchcq-crash", "apiAfterKill")]
    public async Task Questions_are_answered_as_by_Apaches_broker_after_its_start(string name, string asked)
    {
        using var directory = Golden.Unpack(name);
        await using var store = MessageStore.Open(Golden.Options(name, directory), loadTypes: () => TypeOf);
        var compared = 0;
        Assert.Multiple(() =>
        {
            foreach (var question in (JArray)Expected[asked]!)
            {
                var fields = question["request"]!["extFields"]!;
                var (topic, id) = ((string)fields["topic"]!, (int)fields["queueId"]!);
                if ($"{topic}/{id}" == CutByApache && asked == "apiAfterCleanRestart")
                {
                    continue;
                }
                var what = (string)question["what"]!;
                if (what.StartsWith(EndsAtFile, StringComparison.Ordinal))
                {
                    continue;
                }
                compared++;
                switch ((int)question["request"]!["code"]!)
                {
                    case 31:
                        Assert.That(store.ShownMinOffset(topic, id), Is.EqualTo((long)question["ext"]!["offset"]!), what);
                        break;
                    case 30:
                        Assert.That(store.MaxOffset(topic, id), Is.EqualTo((long)question["ext"]!["offset"]!), what);
                        break;
                    case 29 when (int)question["code"]! == 0:
                        Assert.That(store.OffsetByTime(topic, id, (long)fields["timestamp"]!), Is.EqualTo((long)question["ext"]!["offset"]!), what);
                        break;
                    case 29:
                        Assert.That(store.OffsetByTime(topic, id, (long)fields["timestamp"]!), Is.Zero, what);
                        break;
                    case 32 when (int)question["code"]! == 0:
                        Assert.That(store.EarliestStoreTimestamp(topic, id), Is.EqualTo((long)question["ext"]!["timestamp"]!), what);
                        break;
                    case 32:
                        Assert.That(store.EarliestStoreTimestamp(topic, id), Is.EqualTo(-1), what);
                        break;
                    case 11:
                        AssertPull(store, topic, id, question, what);
                        break;
                    default:
                        Assert.Fail($"{what} is not compared");
                        break;
                }
            }
        });
        Assert.That(compared, Is.GreaterThan(50));
    }

    [Test]
    public async Task A_queue_that_Apaches_broker_cuts_at_its_start_keeps_its_messages_here()
    {
        using var directory = Golden.Unpack("store-batchcq");
        await using var store = MessageStore.Open(Golden.Options("store-batchcq", directory));
        Assert.That((store.MinOffset("BcqA", 2), store.MaxOffset("BcqA", 2)), Is.EqualTo((0L, 16L)));
        using var rest = store.Get("BcqA", 2, 14, 32);
        Assert.That((rest.QueueOffsetAt(0), rest.QueueOffsetAt(1), rest.NextBeginOffset), Is.EqualTo((14L, 15L, 16L)));
    }

    [Test]
    public async Task What_is_appended_goes_on_where_Apaches_broker_went_on()
    {
        using var directory = Golden.Unpack("store-batchcq");
        await using (var store = MessageStore.Open(Golden.Options("store-batchcq", directory)))
        {
            store.Start();
            Assert.That(Batches.Append(store, "BcqA", 0, 3).QueueOffset, Is.EqualTo(46));
            Assert.That(store.Append("BcqA", 0, "single").QueueOffset, Is.EqualTo(49));
            Assert.That(Enumerable.Range(0, 8).Select(_ => Batches.Append(store, "BcqRoll", 0, 2).QueueOffset), Is.EqualTo(new[] { 37, 39, 41, 43, 45, 47, 49, 51 }));
        }
        Assert.That(Directory.GetFiles(directory.File("batchconsumequeue", "BcqRoll", "0")).Select(Path.GetFileName).Order(),
            Is.EqualTo(new[] { "00000000000000000000", "00000000000000000460", "00000000000000000920", "00000000000000001380" }));
        await using var again = MessageStore.Open(Golden.Options("store-batchcq", directory));
        using var all = again.Get("BcqRoll", 0, 37, 100);
        Assert.That((all.Count, all.Messages, all.NextBeginOffset), Is.EqualTo((8, 16, 53L)));
    }

    /// <summary>As topics.json says.</summary>
    private static QueueType? TypeOf(string topic) => topic.StartsWith("Bcq", StringComparison.Ordinal) ? QueueType.BatchCQ : QueueType.SimpleCQ;

    private static JToken Walk(string name) => Expected[name == "store-batchcq" ? "walk" : "walkCrash"]!;

    private static void AssertPull(MessageStore store, string topic, int id, JToken question, string what)
    {
        var fields = question["request"]!["extFields"]!;
        using var pulled = store.Get(topic, id, (long)fields["queueOffset"]!, (int)fields["maxMsgNums"]!);
        var ext = question["ext"]!;
        Assert.That(
            (pulled.NextBeginOffset, pulled.MinOffset, pulled.MaxOffset),
            Is.EqualTo(((long)ext["nextBeginOffset"]!, (long)ext["minOffset"]!, (long)ext["maxOffset"]!)), what);
        Assert.That(
            Enumerable.Range(0, pulled.Count).Select(i => $"{pulled.QueueOffsetAt(i)} at {pulled.PhysicalOffsetAt(i)}"),
            Is.EqualTo(question["records"]!.Select(r => $"{r[0]} at {r[1]}")), what);
    }

    private static List<string> Units(MessageStore store, string topic, int id)
    {
        var units = new List<string>();
        for (var at = store.MinOffset(topic, id); store.Queue(topic, id)!.TryRead(at, out var unit, out var next); at = next)
        {
            units.Add($"{unit.PhysicalOffset} {unit.Size} {unit.TagsCode} stored {store.StoreTimestamp(topic, id, at)}: {at} to {next}");
        }
        return units;
    }

    private static string AsText(JToken unit) => $"{unit[0]} {unit[1]} {unit[2]} stored {unit[3]}: {unit[4]} to {(long)unit[4]! + Math.Max(1, (int)unit[5]!)}";

    private static string HashOf(string path) => File.Exists(path) ? Convert.ToHexStringLower(SHA1.HashData(File.ReadAllBytes(path))) : "missing";
}
