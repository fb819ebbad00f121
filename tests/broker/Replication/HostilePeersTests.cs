using System.Buffers.Binary;
using System.Net.Sockets;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication;

/// <summary>Who comes to the replication port, or answers there, and is no broker, or a wrong one.</summary>
public class HostilePeersTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Probes_and_noise_at_the_port_are_gone_when_their_time_is_over()
    {
        await using var master = await StartAsync(options => options with { HaHousekeepingInterval = 200 });
        var peers = new List<Peer>();
        for (var i = 0; i < 10; i++)
        {
            peers.Add(await Peer.ConnectAsync(master));
            peers.Add(await Peer.ConnectAsync(master, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8));
            peers.Add(await Peer.ConnectAsync(master, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf9]));
            peers.Add(await Peer.ConnectAsync(master, [1, 2, 3]));
        }

        foreach (var peer in peers)
        {
            await peer.EndAsync();
            peer.Dispose();
        }

        Assert.That(() => master.Server.Features.Shipping.Connections, Is.Zero.After(5000, 5));
        Assert.That((await master.SendAsync("Orders", [1])).Code, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Who_says_nothing_gives_way_and_slaves_do_not()
    {
        await using var master = await StartAsync(options => options with { HaMaxConnections = 2 });
        using var slave = await Peer.ConnectAsync(master, Report(0));
        Assert.That(() => master.Server.Features.Shipping.Slaves.Count(), Is.EqualTo(1).After(5000, 5));
        using var silent = await Peer.ConnectAsync(master);
        Assert.That(() => master.Server.Features.Shipping.Connections, Is.EqualTo(2).After(5000, 5));
        using var other = await Peer.ConnectAsync(master, Report(0));
        await silent.EndAsync();
        Assert.That(() => master.Server.Features.Shipping.Slaves.Count(), Is.EqualTo(2).After(5000, 5));
        using var refused = await Peer.ConnectAsync(master, Report(0));
        await refused.EndAsync();
        Assert.That(master.Server.Features.Shipping.Slaves.Count(), Is.EqualTo(2));
    }

    [TestCase("10.0.0.0/8", false, false)]
    [TestCase("10.0.0.0/8,127.0.0.1", false, true)]
    [TestCase("", false, true)]
    [TestCase("", true, true)]
    public async Task Only_addresses_that_may_get_the_log(string allowed, bool authenticates, bool isServed)
    {
        await using var master = await TestBroker.StartAsync(options => options with
        {
            AuthenticationEnabled = authenticates, Replication = options.Replication with { HaAllowedAddresses = allowed },
        });
        using var peer = await Peer.ConnectAsync(master, Report(0));
        if (isServed)
        {
            Assert.That(() => master.Server.Features.Shipping.Slaves.Count(), Is.EqualTo(1).After(5000, 5));
        }
        else
        {
            await peer.EndAsync();
        }
    }

    [Test]
    public async Task A_slave_that_is_ahead_counts_for_nobody_and_is_turned_away()
    {
        await using var master = await StartAsync(options => options with { BrokerRole = ConfiguredRole.SyncMaster });
        using var ahead = await Peer.ConnectAsync(master, Report(1_000_000));
        Assert.That(() => master.Server.Features.Shipping.Slaves.Count(), Is.EqualTo(1).After(5000, 5));
        Assert.That((await master.SendAsync("Orders", [1])).Code, Is.EqualTo(ResponseCode.SlaveNotAvailable));
        await ahead.SayAsync(Report(1_000_000));
        await ahead.EndAsync();
    }

    [Test]
    public async Task A_slave_that_never_says_what_it_has_is_dropped_and_a_send_is_not_held_up_by_it()
    {
        await using var master = await StartAsync(options => options with { HaHousekeepingInterval = 500 });
        using var deaf = await Peer.ConnectAsync(master, Report(0));
        for (var i = 0; i < 200; i++)
        {
            Assert.That((await master.SendAsync("Orders", new byte[20_000])).Code, Is.EqualTo(ResponseCode.Success));
        }

        Assert.That(() => master.Server.Features.Shipping.Connections, Is.Zero.After(5000, 5));
    }

    [Test]
    public async Task What_a_master_sends_that_is_no_log_leaves_nothing_behind()
    {
        using var folder = new TestFolder();
        using var master = new ScriptedMaster();
        var good = Recording.Load("53-02-live");
        var random = new Random(7);
        await using var slave = await TestBroker.StartAsync(
            options => options with { BrokerId = 1, Replication = options.Replication with { BrokerRole = ConfiguredRole.Slave, HaMasterAddress = master.Address } },
            options => options with { MappedFileSizeCommitLog = 1024 * 1024 }, directory: folder.Path);
        var store = slave.Server.Features.Store;
        var noise = new byte[500];
        random.NextBytes(noise);
        foreach (var nonsense in new[]
        {
            Frame(0, noise), Frame(-1, good.Frames[0].Bytes), Frame(300, good.Frames[0].Bytes), Head(0, -5), Head(0, int.MaxValue),
            Frame(0, good.Frames[1].Bytes), Frame(0, [.. good.Frames[0].Bytes, .. noise]), "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(),
        })
        {
            Assert.That(await master.PlayAsync([nonsense]), Is.EqualTo(store.MaxPhysicalOffset));
            await master.EndAsync();
        }

        Assert.That(store.MaxPhysicalOffset, Is.EqualTo(good.Frames[0].Bytes.Length), "a record that was whole before the noise is kept");

        // Half a record, and the connection ends: it begins with that record again.
        var second = good.Frames[1];
        Assert.That(await master.PlayAsync([Frame(second.Offset, second.Bytes.AsSpan(0, second.Bytes.Length / 2))]), Is.EqualTo(second.Offset));
        await master.LastReportAsync(second.Offset + second.Bytes.Length / 2);
        Assert.That(store.MaxPhysicalOffset, Is.EqualTo(second.Offset), "nobody sees half a record");
        master.Hang();
        Assert.That(await master.PlayAsync([.. good.Frames.Skip(1).Select(frame => Frame(frame.Offset, frame.Bytes))]), Is.EqualTo(second.Offset));
        var end = good.Frames[^1].Offset + good.Frames[^1].Bytes.Length;
        await master.LastReportAsync(end);
        Assert.That(BrokerSet.LogOf(store).AsSpan().SequenceEqual(good.Frames.SelectMany(frame => frame.Bytes).ToArray()));
    }

    private static Task<TestBroker> StartAsync(Func<ReplicationOptions, ReplicationOptions> configure) =>
        TestBroker.StartAsync(options => options with { Replication = configure(options.Replication) });

    private static byte[] Report(long offset)
    {
        var report = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(report, offset);
        return report;
    }

    private static byte[] Head(long offset, int size)
    {
        var head = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(head, offset);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(8), size);
        return head;
    }

    private static byte[] Frame(long offset, ReadOnlySpan<byte> bytes) => [.. Head(offset, bytes.Length), .. bytes];

    private sealed class Peer : IDisposable
    {
        private readonly TcpClient _client = new();

        public static async Task<Peer> ConnectAsync(TestBroker master, ReadOnlyMemory<byte> first)
        {
            var peer = new Peer();
            try
            {
                await peer._client.ConnectAsync(master.Server.Features.Shipping.EndPoint);
                await peer.SayAsync(first);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // Turned away before it said anything.
            }

            return peer;
        }

        public static Task<Peer> ConnectAsync(TestBroker master, ReadOnlySpan<byte> first = default) => ConnectAsync(master, first.ToArray().AsMemory());

        public async Task SayAsync(ReadOnlyMemory<byte> bytes) => await _client.GetStream().WriteAsync(bytes);

        /// <summary>Reads until the broker has closed the connection.</summary>
        public async Task EndAsync()
        {
            try
            {
                var buffer = new byte[4096];
                while (_client.Connected && await _client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Patience) > 0)
                {
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // Closed hard.
            }
        }

        public void Dispose() => _client.Dispose();
    }
}
