using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Store;
using RocketMQ.Store.Replication;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication;

/// <summary>What real masters and slaves said to each other, said to ours.</summary>
public class ApacheReplicationTests
{
    private const int FileSize = 1024 * 1024;

    [TestCase("49")]
    [TestCase("53")]
    public async Task Our_slave_makes_of_what_an_Apache_master_sent_the_same_log(string version)
    {
        using var folder = new TestFolder();
        var (live, partial) = (Recording.Load($"{version}-02-live"), Recording.Load($"{version}-04-partial-join"));
        var log = new byte[partial.Frames[^1].Offset + partial.Frames[^1].Bytes.Length];
        foreach (var (offset, bytes) in live.Frames.Concat(partial.Frames))
        {
            bytes.CopyTo(log, offset);
        }

        using var master = new ScriptedMaster();
        await using (var slave = await StartSlaveAsync(folder, master))
        {
            Assert.That(await master.PlayAsync(live.Chunks), Is.Zero, "it has nothing");
            var end = live.Frames[^1].Offset + live.Frames[^1].Bytes.Length;
            Assert.That(await master.LastReportAsync(end), Is.EqualTo(end));
        }

        await using (var slave = await StartSlaveAsync(folder, master))
        {
            Assert.That(await master.PlayAsync(partial.Chunks), Is.EqualTo(partial.FirstReport), "what Apache's slave said when it came back");
            Assert.That(await master.LastReportAsync(log.Length), Is.EqualTo(log.Length));
            var store = slave.Server.Features.Store;
            Assert.That(() => store.DispatchedOffset, Is.EqualTo(log.Length).After(5000, 5));
            Assert.That(BrokerSet.LogOf(store).AsSpan().SequenceEqual(log));
        }

        // Recovered, it is still all there.
        await using var again = await StartSlaveAsync(folder, master);
        Assert.That(again.Server.Features.Store.MaxPhysicalOffset, Is.EqualTo(log.Length));
    }

    [TestCase("49")]
    [TestCase("53")]
    public async Task Our_slave_begins_with_the_newest_file_where_a_master_sends_that(string version)
    {
        using var folder = new TestFolder();
        using var master = new ScriptedMaster();
        var fresh = Recording.Load($"{version}-07-fresh-join");
        await using var slave = await StartSlaveAsync(folder, master);
        Assert.That(await master.PlayAsync(fresh.Chunks), Is.Zero);
        var end = fresh.Frames[^1].Offset + fresh.Frames[^1].Bytes.Length;
        Assert.That(await master.LastReportAsync(end), Is.EqualTo(end));
        var store = slave.Server.Features.Store;
        Assert.That(store.MinPhysicalOffset, Is.EqualTo(fresh.Frames[0].Offset));
        Assert.That(BrokerSet.LogOf(store).AsSpan().SequenceEqual(fresh.Frames.SelectMany(frame => frame.Bytes).ToArray()));
    }

    [TestCase("49")]
    [TestCase("53")]
    public async Task An_Apache_slave_gets_from_our_master_the_frames_that_it_got_from_Apaches(string version)
    {
        using var folder = new TestFolder();
        var partial = Recording.Load($"{version}-04-partial-join");
        await using var master = await StartMasterAsync(folder, [Recording.Load($"{version}-02-live"), partial]);
        Assert.That((await GetAsync(master, partial.FirstReport)).Select(Shown), Is.EqualTo(partial.Frames.Select(Shown)));
        Assert.That(
            (await GetAsync(master, 0)).Select(frame => frame.Offset), Is.EqualTo([FileSize, .. partial.Frames.Select(f => f.Offset).Where(offset => offset > FileSize)]),
            "one that has nothing gets the newest file");
        Assert.That((await GetAsync(master, 1000))[0].Offset, Is.EqualTo(1000), "wherever that is in a record");
    }

    /// <summary>A broker whose log is what recordings carry, in their order; as it is no master it adds nothing of its own.</summary>
    private static async Task<TestBroker> StartMasterAsync(TestFolder folder, IEnumerable<Recording> recordings)
    {
        await using (var store = MessageStore.Open(new StoreOptions { StorePathRootDir = folder.Path, MappedFileSizeCommitLog = FileSize, MaxHashSlotNum = 1000, MaxIndexNum = 4000 }))
        {
            store.ForbidAppends();
            store.Start();
            foreach (var (offset, bytes) in recordings.SelectMany(recording => recording.Frames))
            {
                Assert.That((store.Receive(offset, bytes, out var fault), fault), Is.EqualTo((ReceiveStatus.Ok, (string?)null)));
            }
        }

        return await StartSlaveAsync(folder, "127.0.0.1:1");
    }

    private static Task<TestBroker> StartSlaveAsync(TestFolder folder, ScriptedMaster master) => StartSlaveAsync(folder, master.Address);

    private static Task<TestBroker> StartSlaveAsync(TestFolder folder, string masterAddress) => TestBroker.StartAsync(
        options => options with
        {
            BrokerId = 1, Replication = options.Replication with { BrokerRole = ConfiguredRole.Slave, HaMasterAddress = masterAddress },
        },
        options => options with { MappedFileSizeCommitLog = FileSize }, directory: folder.Path);

    /// <summary>What somebody gets who says that they have the log up to an offset.</summary>
    private static async Task<IReadOnlyList<(long Offset, byte[] Bytes)>> GetAsync(TestBroker master, long report)
    {
        using var peer = new TcpClient();
        await peer.ConnectAsync(master.Server.Features.Shipping.EndPoint);
        var said = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(said, report);

        // In pieces: it is no more than a number of bytes.
        await peer.GetStream().WriteAsync(said.AsMemory(0, 3));
        await peer.GetStream().WriteAsync(said.AsMemory(3));
        var sent = new MemoryStream();
        var buffer = new byte[64 * 1024];
        var end = master.Server.Features.Store.MaxPhysicalOffset;
        IReadOnlyList<(long Offset, byte[] Bytes)> frames = [];
        while (frames.Count == 0 || frames[^1].Offset + frames[^1].Bytes.Length < end)
        {
            sent.Write(buffer.AsSpan(0, await peer.GetStream().ReadAsync(buffer)));
            frames = Recording.Cut(sent.ToArray());
        }

        return frames;
    }

    private static string Shown((long Offset, byte[] Bytes) frame) => $"{frame.Offset}+{frame.Bytes.Length} {Convert.ToHexString(SHA256.HashData(frame.Bytes))}";
}
