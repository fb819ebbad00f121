using System.Buffers.Binary;
using System.Net;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Remoting.Transport;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Epochs;

/// <summary>Who comes to the replication port of a controller's set, or answers there, and is no broker, or a wrong one.</summary>
public class HostileEpochPeersTests
{
    private MemoryTransport _network = null!;
    private VirtualTimeProvider _clock = null!;

    [SetUp]
    public void SetUp() => (_network, _clock) = (new MemoryTransport(), new VirtualTimeProvider());

    public static IEnumerable<TestCaseData> WhatNoSlaveSays()
    {
        var hello = EpochPeer.Handshake(2);
        yield return Case("A slave without a controller", new byte[8]);
        yield return Case("HTTP", "GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        yield return Case("A report before a handshake", EpochPeer.Report(0));
        yield return Case("A state that there is not", Word(7));
        yield return Case("A negative state", Word(-1));
        yield return Case("A state that nobody says", [.. hello, .. Word(3)]);
        yield return Case("A broker 0", EpochPeer.Handshake(0));
        yield return Case("A negative broker", EpochPeer.Handshake(-1));
        yield return Case("A negative report", [.. hello, .. EpochPeer.Report(-1)]);
        yield return Case("A report beyond the log", [.. hello, .. EpochPeer.Report(1_000_000)]);
        yield return Case("Another handshake", [.. hello, .. EpochPeer.Handshake(3)]);
        yield return Case("A handshake after a report", [.. hello, .. EpochPeer.Report(0), .. hello]);
    }

    [TestCaseSource(nameof(WhatNoSlaveSays))]
    public async Task Who_is_no_slave_is_gone(byte[] said)
    {
        await using var master = await EpochBroker.StartAsync(_network, _clock);
        await master.WriteAsync(1, 10);
        for (var cut = 0; cut < said.Length; cut += 5)
        {
            await using var peer = await EpochPeer.ConnectAsync(_network, master.Shipping.EndPoint);
            try
            {
                await peer.SayAsync(said, cut);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // Gone before it had said all.
            }

            await peer.EndAsync();
        }

        await Eventually.BecomesAsync(() => master.Shipping.Connections == 0, "nobody is left");
    }

    [Test]
    public async Task Noise_breaks_no_master()
    {
        await using var master = await EpochBroker.StartAsync(_network, _clock);
        await master.WriteAsync(1, 10);
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            await using var peer = await EpochPeer.ConnectAsync(_network, master.Shipping.EndPoint);
            var noise = new byte[random.Next(1, 100)];
            random.NextBytes(noise);
            await peer.SayAsync(random.Next(2) == 0 ? noise : [.. EpochPeer.Handshake(random.Next(1, 4)), .. noise]);
        }

        await Eventually.BecomesAsync(() => master.Shipping.Connections == 0, "nobody is left");
    }

    [Test]
    public async Task A_handshake_without_a_report_is_gone_when_its_time_is_over_and_gives_no_way_before()
    {
        await using var master = await EpochBroker.StartAsync(_network, _clock, configure: options => options with { HaMaxConnections = 2 });
        await master.WriteAsync(1, 10);
        await using var quiet = await EpochPeer.ConnectAsync(_network, master.Shipping.EndPoint);
        await quiet.SayAsync(EpochPeer.Handshake(2));
        await quiet.HearAsync(32);
        await using var probe = await EpochPeer.ConnectAsync(_network, master.Shipping.EndPoint);
        await Eventually.BecomesAsync(() => master.Shipping.Connections == 2, "both are there");
        await using var other = await EpochPeer.ConnectAsync(_network, master.Shipping.EndPoint);
        await other.SayAsync(EpochPeer.Handshake(3));
        await other.HearAsync(32);
        await probe.EndAsync();
        _clock.Advance(TimeSpan.FromSeconds(21));
        await quiet.EndAsync();
    }

    public static IEnumerable<TestCaseData> WhatNoMasterSays()
    {
        EpochEntry one = new(1, 0);
        yield return Case("A master without a controller", new byte[32]);
        yield return Case("HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        yield return Case("A frame instead of an answer", EpochPeer.Frame(0, one));
        yield return Case("A negative end", EpochPeer.Answer(-5, one));
        yield return Case("Epochs of a negative size", EpochPeer.SizedAnswer(0, -12));
        yield return Case("Half an epoch", EpochPeer.SizedAnswer(0, 6, one));
        yield return Case("More epochs than there can be", EpochPeer.SizedAnswer(0, int.MaxValue / 12 * 12, one));
        yield return Case("No epoch", EpochPeer.Answer(0));
        yield return Case("Epochs that go back", EpochPeer.Answer(100, new(2, 0), new(1, 50)));
        yield return Case("Epochs that begin before the one before", EpochPeer.Answer(100, new(1, 60), new(2, 50)));
        yield return Case("A negative epoch", EpochPeer.Answer(100, new EpochEntry(-1, 0)));
        yield return Case("A negative beginning", EpochPeer.Answer(100, new EpochEntry(1, -4)));
        yield return Case("An answer for a frame", [.. EpochPeer.Answer(0, one), .. EpochPeer.Answer(0, one), .. new byte[8]]);
        yield return Case("A frame of a negative size", [.. EpochPeer.Answer(0, one), .. Sized(-1)]);
        yield return Case("A frame of any size", [.. EpochPeer.Answer(0, one), .. Sized(int.MaxValue)]);
        yield return Case("A frame of no epoch", [.. EpochPeer.Answer(0, one), .. EpochPeer.Frame(0, default)]);
        yield return Case("A frame of a negative epoch", [.. EpochPeer.Answer(0, one), .. EpochPeer.Frame(0, new(-3, 0))]);
        yield return Case("A frame of an epoch with a negative beginning", [.. EpochPeer.Answer(0, one), .. EpochPeer.Frame(0, new(3, -1))]);
        yield return Case("A frame of an earlier epoch", [.. EpochPeer.Answer(0, one), .. EpochPeer.Frame(0, new(2, 0)), .. EpochPeer.Frame(0, one)]);
        yield return Case("A frame of an epoch that began elsewhere", [.. EpochPeer.Answer(0, one), .. EpochPeer.Frame(0, one), .. EpochPeer.Frame(0, new(1, 50))]);
        yield return Case("No log", [.. EpochPeer.Answer(0, one), .. EpochPeer.Frame(0, one, bytes: new byte[500])]);
        yield return Case("A log that begins within a file", [.. EpochPeer.Answer(0, one), .. EpochPeer.Frame(7, one, bytes: new byte[500])]);
        yield return Case("A log that begins before all", [.. EpochPeer.Answer(0, one), .. EpochPeer.Frame(-1, one, bytes: new byte[500])]);
    }

    [TestCaseSource(nameof(WhatNoMasterSays))]
    public async Task Who_is_no_master_leaves_nothing_behind_and_is_tried_again(byte[] said)
    {
        await using var listener = await _network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), default);
        await using var slave = await EpochBroker.StartAsync(_network, _clock, 2, masterAddress: listener.EndPoint.ToString());
        slave.Following.Start();
        await using (var master = await EpochPeer.AcceptAsync(listener))
        {
            await master.SayAsync(said);
            await master.EndAsync();
        }

        await Eventually.BecomesAsync(() => slave.State.Contains("does not follow", StringComparison.Ordinal), "the reason");
        Assert.That(slave.Store.MaxPhysicalOffset, Is.Zero);
        var recorded = EpochRecording.Load("third-broker");
        var again = EpochPeer.AcceptAsync(listener);
        await using var apaches = await Eventually.GetAsync(_clock, TimeSpan.FromMilliseconds(100), async () => again.IsCompleted ? await again : null, "it comes again");
        foreach (var word in recorded.Master(18))
        {
            await apaches.SayAsync(word);
        }

        await Eventually.BecomesAsync(() => slave.Epochs.LastEpoch == 17, $"it follows one who is a master: {slave.State}");
        Assert.That(slave.Epochs.Entries, Has.Count.EqualTo(9));
    }

    public static IEnumerable<TestCaseData> WhatDoesNotFit()
    {
        yield return Case("A frame elsewhere", EpochPeer.Frame(90_000, new(8, 97208), bytes: new byte[100]));
        yield return Case("A frame elsewhere without bytes", EpochPeer.Frame(90_000, new(8, 97208)));
        yield return Case("A frame elsewhere of a new epoch", EpochPeer.Frame(90_000, new(9, 98263), bytes: new byte[100]));
        yield return Case("An epoch that would have begun in another", EpochPeer.Frame(98263, new(9, 98000)));
        yield return Case("An earlier epoch", EpochPeer.Frame(98263, new(7, 95960)));
        yield return Case("The same epoch from elsewhere on", EpochPeer.Frame(98263, new(8, 97000)));
    }

    [TestCaseSource(nameof(WhatDoesNotFit))]
    public async Task What_does_not_fit_behind_the_log_changes_neither_it_nor_its_epochs(byte[] frame)
    {
        var recorded = EpochRecording.Load("third-broker");
        var entries = Histories.Of("1-0 2-46990 3-51058 4-60088 5-73638 6-86882 7-95960 8-97208");
        await using var listener = await _network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), default);
        await using var slave = await EpochBroker.StartAsync(_network, _clock, 2, masterAddress: listener.EndPoint.ToString());
        slave.Has(recorded.Frames(18).Where(f => f.Head.Offset < 98263), entries);
        slave.Following.Start();
        await using var master = await EpochPeer.AcceptAsync(listener);
        await master.SayAsync(EpochPeer.Answer(100_000, entries));
        await master.SayAsync(frame);
        await master.EndAsync();
        Assert.That((slave.Store.MaxPhysicalOffset, slave.Epochs.Entries), Is.EqualTo((98263L, entries)));
    }

    [Test]
    public async Task A_master_whose_heads_are_damaged_changes_nothing_that_was_taken([Range(1, 40)] int seed)
    {
        var (recorded, random) = (EpochRecording.Load("third-broker"), new Random(seed));
        await using var listener = await _network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), default);
        await using var slave = await EpochBroker.StartAsync(_network, _clock, 3, masterAddress: listener.EndPoint.ToString());
        slave.Following.Start();
        await using (var master = await EpochPeer.AcceptAsync(listener))
        {
            byte[][] words = [.. recorded.Master(18)];
            var damaged = random.Next(words.Length);
            words[damaged] = [.. words[damaged]];
            words[damaged][random.Next(damaged == 0 ? words[0].Length : EpochFrame.HeadSize)] ^= (byte)(1 << random.Next(8));
            foreach (var word in words)
            {
                await master.SayAsync(word).WaitAsync(TimeSpan.FromMilliseconds(500), TimeProvider.System).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }

        await slave.Following.StopAsync();
        var log = recorded.Frames(18).SelectMany(frame => frame.Bytes).ToArray();
        var taken = BrokerSet.LogOf(slave.Store);
        Assert.That(taken.AsSpan().SequenceEqual(log.AsSpan(0, taken.Length)));
        Assert.That(EpochText.WhyNot(slave.Epochs.Entries), Is.Null);
    }

    [Test]
    public async Task A_master_with_thousands_of_epochs_names_them_all_and_is_followed()
    {
        await using var master = await EpochBroker.StartAsync(_network, _clock);
        await master.WriteAsync(1, 3);
        EpochEntry[] entries = [.. Enumerable.Range(1, 2500).Select(i => new EpochEntry(i, i == 1 ? 0 : 100 + i / 50))];
        var end = master.Store.MaxPhysicalOffset;
        await using var listener = await _network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), default);
        await using var slave = await EpochBroker.StartAsync(_network, _clock, 2, masterAddress: listener.EndPoint.ToString());
        slave.Following.Start();
        await using var peer = await EpochPeer.AcceptAsync(listener);
        await peer.SayAsync(EpochPeer.Answer(end, entries), cutAt: 10_001);
        Assert.That(await peer.HearAsync(SlaveHandshake.Size), Is.EqualTo(EpochPeer.Handshake(2)));
        Assert.That(await peer.HearAsync(EpochFrame.ReportSize), Is.EqualTo(EpochPeer.Report(0)));
    }

    [Test]
    public async Task A_master_that_never_answers_is_given_up_on()
    {
        await using var listener = await _network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), default);
        await using var slave = await EpochBroker.StartAsync(_network, _clock, 2, masterAddress: listener.EndPoint.ToString());
        slave.Following.Start();
        await using var master = await EpochPeer.AcceptAsync(listener);
        await master.HearAsync(SlaveHandshake.Size);
        Assert.That(slave.Following.IsConnected, Is.False);
        var ended = master.EndAsync();
        await Eventually.GetAsync(_clock, TimeSpan.FromSeconds(1), () => Task.FromResult(ended.IsCompleted ? ended : null), "its end");
        await Eventually.BecomesAsync(() => slave.State.Contains("haHousekeepingInterval", StringComparison.Ordinal), "the reason");
    }

    private static TestCaseData Case(string name, byte[] said) => new TestCaseData(said).SetArgDisplayNames(name);

    private static byte[] Word(int state)
    {
        var word = EpochPeer.Handshake(2);
        BinaryPrimitives.WriteInt32BigEndian(word, state);
        return word;
    }

    private static byte[] Sized(int size)
    {
        var frame = EpochPeer.Frame(0, new EpochEntry(1, 0));
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), size);
        return frame;
    }
}
