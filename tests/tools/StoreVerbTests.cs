using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using RocketMQ.Client;
using RocketMQ.TestSupport;
using RocketMQ.Tools.Tests.Support;

namespace RocketMQ.Tools.Tests;

/// <summary>Verbs that read stores at rest: Apache's of 4.9 and 5.3.3, and our own.</summary>
public class StoreVerbTests
{
    private TestFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [TestCase("store-clean")]
    [TestCase("store-crash")]
    [TestCase("store-pop-timer")]
    [TestCase("store-lmq")]
    public async Task No_verb_changes_a_byte_of_a_store(string name)
    {
        var store = Unpack(name);
        var before = HashOf(store);
        foreach (var verb in new[] { "storeList", "storeVerify", "storePrint", "storeRecovery" })
        {
            (await RunAsync(verb, store)).Done();
            Assert.That(HashOf(store), Is.EqualTo(before), verb);
        }
    }

    [TestCase("store-clean", 821, 2519939)]
    [TestCase("store-crash", 851, 2526189)]
    [TestCase("store-pop-timer", 575, 1178060)]
    [TestCase("store-lmq", 7, 2001)]
    public async Task StoreVerify_finds_nothing_wrong_with_what_Apache_wrote(string name, int records, long end)
    {
        var found = (await RunAsync("storeVerify", Unpack(name), "--json")).Done().Json;
        Assert.That(((int)found["records"]!, (long)found["logEnd"]!), Is.EqualTo((records, end)));
        Assert.That(found["findings"]!.Where(f => (string?)f["kind"] == "damage"), Is.Empty);
    }

    [Test]
    public async Task StoreVerify_finds_a_body_that_does_not_match_its_CRC()
    {
        var store = Unpack("store-clean");
        var log = Path.Combine(store, "commitlog", "00000000000000000000");
        var bytes = File.ReadAllBytes(log);
        bytes[IndexOf(bytes, "tagged 1")] ^= 1;
        File.WriteAllBytes(log, bytes);

        var run = await RunAsync("storeVerify", store);
        Assert.That(run.Refused(1), Does.Contain("damaged in 1 ways"));
        Assert.That(run.Output, Does.Match("commitlog/0+ +a body does not match its CRC +1 +damage"));
    }

    [Test]
    public async Task StoreVerify_finds_a_queue_that_lost_units_and_one_that_points_elsewhere()
    {
        var store = Unpack("store-clean");
        using (var short_ = File.OpenWrite(Path.Combine(store, "consumequeue", "GoldenFiller", "0", "00000000000000000000")))
        {
            short_.Position = 300 * 20;
            short_.Write(new byte[50 * 20]);
        }

        using (var wrong = File.OpenWrite(Path.Combine(store, "consumequeue", "GoldenTags", "1", "00000000000000000000")))
        {
            wrong.Position = 7;
            wrong.WriteByte(0xFF);
        }

        var run = await RunAsync("storeVerify", store);
        run.Refused(1);
        Assert.That(run.Output, Does.Contain("the queue ends at 300, the log has messages up to 350").And.Contain("where no record begins"));
    }

    [Test]
    public async Task StoreVerify_finds_a_log_file_that_is_missing()
    {
        var store = Unpack("store-clean");
        File.Delete(Path.Combine(store, "commitlog", "00000000000001048576"));
        var run = await RunAsync("storeVerify", store);
        run.Refused(1);
        Assert.That(run.Output, Does.Contain("the one before ends at 1048576"));
    }

    [Test]
    public async Task StoreVerify_takes_a_torn_tail_for_what_a_crash_leaves()
    {
        var store = Unpack("store-crash");
        Tear(store);
        var found = (await RunAsync("storeVerify", store, "--json")).Json;
        var tail = found["findings"]!.Single(f => ((string)f["what"]!).Contains("stands", StringComparison.Ordinal));
        Assert.That((string?)tail["kind"], Is.EqualTo("note"));
    }

    [Test]
    public async Task StoreRecovery_tells_what_a_start_would_cut_and_write()
    {
        var store = Unpack("store-crash");
        Tear(store);
        var before = HashOf(store);
        var found = (await RunAsync("storeRecovery", store, "--json")).Done().Json;
        Assert.That(found["steps"]!.Select(s => (string)s!), Has.Some.Contains("what follows is cleared"));
        Assert.That(found["changes"]!.Select(c => $"{c["kind"]} {c["file"]}"), Does.Contain("changed commitlog/00000000000002097152"));
        Assert.That(HashOf(store), Is.EqualTo(before));
    }

    [Test]
    public async Task StoreRecovery_says_when_a_broker_would_refuse_to_start()
    {
        var store = Unpack("store-clean");
        using (var log = File.OpenWrite(Path.Combine(store, "commitlog", "00000000000001048576")))
        {
            log.Write(new byte[4096]);
        }

        Assert.That((await RunAsync("storeRecovery", store)).Refused(1), Does.Contain("would refuse to start"));
    }

    [Test]
    public async Task StorePrint_prints_what_is_asked_for()
    {
        var store = Unpack("store-clean");
        var tagged = (await RunAsync("storePrint", store, "-t", "GoldenTags", "-q", "1", "-c", "2", "--json")).Done().Json["messages"]!;
        Assert.That(tagged.Select(m => $"{m["topic"]}/{m["queueId"]}/{m["queueOffset"]}"), Is.EqualTo(new[] { "GoldenTags/1/0", "GoldenTags/1/1" }));

        var byKey = (await RunAsync("storePrint", store, "-k", "tag-1", "--json")).Done().Json["messages"]!;
        Assert.That(byKey.Select(m => (string?)m["body"]), Is.EqualTo(new[] { "tagged 1" }));

        var later = (await RunAsync("storePrint", store, "-p", (string)byKey[0]!["commitLogOffset"]!, "-c", "1", "--json")).Done().Json["messages"]!;
        Assert.That((string?)later[0]!["messageId"], Is.EqualTo((string?)byKey[0]!["messageId"]));
        Assert.That((await RunAsync("storePrint", store, "-t", "GoldenTags", "-c", "1", "-d")).Done().Output, Does.Contain("Message Body:        tagged 0"));
    }

    [Test]
    public async Task StoreList_lists_log_queues_index_and_other_files()
    {
        var found = (await RunAsync("storeList", Unpack("store-clean"), "--json")).Done().Json;
        Assert.That(found["commitLog"]!.Count(), Is.EqualTo(3));
        Assert.That((long)found["queues"]!.Single(q => (string?)q["topic"] == "GoldenFiller" && (int)q["queueId"]! == 0)["to"]!, Is.EqualTo(350));
        Assert.That((int)found["index"]![0]!["entries"]!, Is.EqualTo(1632));
        Assert.That(found["others"]!.Select(f => (string?)f["file"]), Does.Contain("config/topics.json"));
    }

    [Test]
    public async Task A_log_in_several_directories_is_one_log()
    {
        var store = Unpack("store-clean");
        var (first, second) = (Path.Combine(store, "commitlog"), Directory.CreateDirectory(Path.Combine(store, "second")).FullName);
        File.Move(Path.Combine(first, "00000000000001048576"), Path.Combine(second, "00000000000001048576"));

        var logs = new[] { "--commitlog", $"{second},{first}" };
        Assert.That((await RunAsync("storeList", store, ["--json", .. logs])).Done().Json["commitLog"]!.Select(f => (long)f["from"]!), Is.EqualTo(new[] { 0, 1048576, 2097152 }));
        (await RunAsync("storeVerify", store, logs)).Done();
        Assert.That((await RunAsync("storeList", store, "--commitlog", $"{first},{store}/third")).Refused(2), Does.Contain($"there is no directory {store}/third"));
    }

    [Test]
    public async Task A_directory_without_a_store_is_bad_usage() =>
        Assert.That((await RunAsync("storeList", _folder.Path)).Refused(2), Does.Contain("is no store").And.Contain("--commitlog"));

    [TestCase(true)]
    [TestCase(false)]
    public async Task Our_own_store_agrees_after_a_stop_and_after_a_kill(bool isKilled)
    {
        await using var host = await StandaloneHost.StartNewAsync();
        await using (var client = new RocketMQClient(new ClientOptions { NameServers = host.NameServer }))
        {
            await using var producer = client.CreateProducer();
            for (var i = 0; i < 50; i++)
            {
                await producer.SendAsync(new Message("Own", Encoding.UTF8.GetBytes($"message {i}")) { Keys = [$"own-{i}"] });
            }
        }

        await (isKilled ? host.KillAsync() : host.StopAsync());
        var found = (await RunAsync("storeVerify", host.StoreFolder, "--json")).Done().Json;
        Assert.That((int)found["records"]!, Is.EqualTo(50));
        var plan = (await RunAsync("storeRecovery", host.StoreFolder, "--json")).Done().Json;
        Assert.That((long)plan["logEnd"]!, Is.EqualTo((long)found["logEnd"]!));
        var printed = (await RunAsync("storePrint", host.StoreFolder, "-k", "own-49", "--json")).Done().Json["messages"]!;
        Assert.That((string?)printed[0]!["body"], Is.EqualTo("message 49"));
    }

    private static Task<Outcome> RunAsync(string verb, string store, params string[] options) => LiveHost.RunAsync([verb, store, .. options]);

    private static string HashOf(string directory)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{path} {File.GetLastWriteTimeUtc(path).Ticks}"));
            hash.AppendData(File.ReadAllBytes(path));
        }

        return Convert.ToHexString(hash.GetCurrentHash());
    }

    /// <summary>Writes half a record behind the last.</summary>
    private static void Tear(string store)
    {
        using var log = File.OpenWrite(Path.Combine(store, "commitlog", "00000000000002097152"));
        log.Position = 2526189 - 2097152;
        log.Write([0, 0, 1, 0, 0xDA, 0xA3, 0x20, 0xA7, 1, 2, 3]);
    }

    private static int IndexOf(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));

    private string Unpack(string name)
    {
        var directory = Directory.CreateDirectory(_folder.File(name)).FullName;
        using var packed = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "golden", name + ".tar.gz")), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(packed, directory, overwriteFiles: true);
        return directory;
    }
}
