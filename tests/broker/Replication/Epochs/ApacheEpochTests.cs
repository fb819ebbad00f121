using System.Net;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Remoting.Transport;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Epochs;

/// <summary>What Apache's brokers said to each other in a controller's set, said to ours.</summary>
public class ApacheEpochTests
{
    private const string NineEpochs = "1-0 2-46990 3-51058 4-60088 5-73638 6-86882 7-95960 8-97208";

    private MemoryTransport _network = null!;
    private VirtualTimeProvider _clock = null!;
    private ITransportListener _master = null!;

    [SetUp]
    public async Task SetUp()
    {
        (_network, _clock) = (new MemoryTransport(), new VirtualTimeProvider());
        _master = await _network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), default);
    }

    [TearDown]
    public async Task TearDown() => await _master.DisposeAsync();

    [Test]
    public async Task Our_slave_joins_an_empty_master_and_takes_what_is_written_then()
    {
        var recorded = EpochRecording.Load("join-and-live");
        await using var slave = await SlaveAsync(2);
        await using (var master = await MeetAsync(recorded, 5))
        {
            await PlayAsync(master, recorded.Master(5).Skip(1).Take(2));
            await Eventually.BecomesAsync(() => slave.Epochs.LastEpoch == 1, "the epoch of a master that has no log yet");
            Assert.That(slave.EpochFileText, Is.EqualTo("1\n1725254278\n1-0\n"));
            var frames = recorded.Frames(5);
            await PlayAsync(master, recorded.Master(5).Skip(3));
            await master.HearReportAsync(End(frames));
            Assert.That(slave.MasterConfirmed, Is.EqualTo(frames[^1].Head.Confirmed), "what the master has confirmed");
            Assert.That(BrokerSet.LogOf(slave.Store).AsSpan().SequenceEqual(frames.SelectMany(frame => frame.Bytes).ToArray()));
        }
    }

    [Test]
    public async Task Our_slave_that_has_what_its_master_has_not_says_where_it_has_to_be_cut_and_stays_away()
    {
        var (recorded, before) = (EpochRecording.Load("old-master"), EpochRecording.Load("third-broker"));
        await using var slave = await SlaveAsync(2, start: false);
        slave.Has([.. before.Frames(18).Where(frame => frame.Head.Offset < 98263), recorded.Frames(7)[^1]], Histories.Of(NineEpochs));
        Assert.That(slave.Store.MaxPhysicalOffset, Is.EqualTo(99517));
        slave.Following.Start();
        await using (var master = await EpochPeer.AcceptAsync(_master))
        {
            Assert.That(await master.HearAsync(SlaveHandshake.Size), Is.EqualTo(recorded.Slave(13)[0]));
            await master.SayAsync(recorded.Master(13)[0]);
            await master.EndAsync();
        }

        await Eventually.BecomesAsync(() => slave.Cuts.Count > 0, "the cut");
        Assert.That(slave.State, Does.Contain("98263").And.Contain("99517"));
        var again = _master.AcceptAsync(default).AsTask();
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That(slave.Cuts, Is.EqualTo([98263L]), "once");
        Assert.That(again.IsCompleted, Is.False, "nothing is tried until it is cut");
        Assert.That(string.Join(' ', slave.Epochs.Entries), Is.EqualTo(NineEpochs), "the log is cut first");
        await slave.Following.StopAsync();
    }

    [Test]
    public async Task Our_slave_that_was_cut_goes_on_with_the_new_masters_epoch()
    {
        var (recorded, before) = (EpochRecording.Load("old-master"), EpochRecording.Load("third-broker"));
        await using var slave = await SlaveAsync(2, start: false);
        slave.Has(before.Frames(18).Where(frame => frame.Head.Offset < 98263), Histories.Of(NineEpochs));
        slave.Following.Start();
        await using var master = await MeetAsync(recorded, 13);
        await PlayAsync(master, recorded.Master(13).Skip(1));
        await master.HearReportAsync(End(recorded.Frames(13)));
        Assert.That(slave.EpochFileText, Is.EqualTo("9\n1088993076\n" + string.Concat($"{NineEpochs} 17-98263 ".Replace(' ', '\n'))));
        Assert.That(slave.Epochs.EntryAt(98262), Is.EqualTo(new EpochEntry(8, 97208)));
        Assert.That(slave.Store.MaxPhysicalOffset, Is.EqualTo(End(recorded.Frames(13))));
    }

    [Test]
    public async Task Our_slave_copies_nine_epochs_and_has_Apaches_epoch_file()
    {
        var recorded = EpochRecording.Load("third-broker");
        await using var slave = await SlaveAsync(3);
        await using var master = await MeetAsync(recorded, 18);
        var sent = recorded.Master(18).Skip(1).SelectMany(word => word).ToArray();
        for (var at = 0; at < sent.Length; at += 1777)
        {
            await master.SayAsync(sent[at..Math.Min(at + 1777, sent.Length)]);
        }

        await master.HearReportAsync(End(recorded.Frames(18)));
        Assert.That(slave.EpochFileText, Is.EqualTo("9\n1088993076\n" + $"{NineEpochs} 17-98263 ".Replace(' ', '\n')));
    }

    [Test]
    public async Task Our_learner_begins_with_the_masters_last_file_and_the_epoch_of_that()
    {
        var recorded = EpochRecording.Load("learner");
        await using var slave = await SlaveAsync(6, options => options with { AsyncLearner = true, SyncFromLastFile = true });
        await using var master = await MeetAsync(recorded, 54);
        await PlayAsync(master, recorded.Master(54).Skip(1));
        await master.HearReportAsync(End(recorded.Frames(54)));
        Assert.That(string.Join(' ', slave.Epochs.Entries), Is.EqualTo("17-98263"));
        Assert.That(slave.Store.MinPhysicalOffset, Is.EqualTo(1048576));
    }

    [Test]
    public async Task An_Apache_slave_of_ours_that_has_nothing_gets_what_it_got_from_Apaches()
    {
        var recorded = EpochRecording.Load("join-and-live");
        await using var master = await EpochBroker.StartAsync(_network, _clock);
        master.Epochs.Begin(1, 0);
        await using var slave = await EpochPeer.ConnectAsync(_network, master.Shipping.EndPoint);
        await slave.SayAsync(recorded.Slave(5)[0], cutAt: 7);
        Assert.That(await slave.HearAsync(32), Is.EqualTo(recorded.Master(5)[0]));
        await slave.SayAsync(recorded.Slave(5)[1], cutAt: 5);
        Assert.That(await slave.HearFrameAsync(), Is.EqualTo(recorded.Master(5)[1]), "a frame for a log that is empty");
        Assert.That(await HearLaterAsync(slave), Is.EqualTo(recorded.Master(5)[2]), "and again");
        master.Has(recorded.Frames(5).Take(1), []);
        var (head, bytes) = EpochRecording.Frame(await slave.HearFrameAsync());
        Assert.That((head.Offset, head.Epoch, bytes), Is.EqualTo((0L, 1, recorded.Frames(5)[0].Bytes)));
    }

    [Test]
    public async Task An_Apache_slave_of_ours_that_was_away_gets_what_it_got_from_Apaches()
    {
        var recorded = EpochRecording.Load("join-and-live");
        await using var master = await EpochBroker.StartAsync(_network, _clock);
        master.Has([.. recorded.Frames(5).Where(frame => frame.Head.Offset < 0x79c6), .. recorded.Frames(10)], [new EpochEntry(1, 0)]);
        master.Confirmed.Set(0x9448);
        await using var slave = await EpochPeer.ConnectAsync(_network, master.Shipping.EndPoint);

        // Apache's slaves say it twice when the answer is late.
        await slave.SayAsync([.. recorded.Slave(10)[0], .. recorded.Slave(10)[0]]);
        Assert.That(await slave.HearAsync(32), Is.EqualTo(recorded.Master(10)[0]));
        await slave.SayAsync(recorded.Slave(10)[1]);
        Assert.That(await slave.HearFrameAsync(), Is.EqualTo(recorded.Master(10)[1]), "one without bytes comes first");
        Assert.That(await slave.HearFrameAsync(), Is.EqualTo(recorded.Master(10)[2]));
        var link = master.Shipping.Slaves.Single();
        Assert.That((link.BrokerId, link.IsLearner), Is.EqualTo((2L, false)));
        await slave.SayAsync(recorded.Slave(10)[2]);
        await Eventually.BecomesAsync(() => link.Acknowledged == 0x9448, "what it has is known");
    }

    [Test]
    public async Task An_Apache_slave_of_ours_gets_frames_that_end_where_Apaches_do()
    {
        var recorded = EpochRecording.Load("third-broker");
        await using var master = await EpochBroker.StartAsync(_network, _clock);
        var entries = EpochRecording.Entries(recorded.Master(18)[0]);
        master.Has(recorded.Frames(18), entries);
        master.Confirmed.Set(recorded.Frames(18)[0].Head.Confirmed);
        await using var slave = await EpochPeer.ConnectAsync(_network, master.Shipping.EndPoint);
        await slave.SayAsync(recorded.Slave(18)[0]);
        var answer = await slave.HearAsync(recorded.Master(18)[0].Length);
        Assert.That((EpochRecording.Entries(answer), MasterHandshake.Read(answer).Epoch), Is.EqualTo((entries, 17)));
        await slave.SayAsync(recorded.Slave(18)[1]);
        Assert.That(await slave.HearFrameAsync(), Is.EqualTo(recorded.Master(18)[1]));
        foreach (var (head, bytes) in recorded.Frames(18))
        {
            var (ours, sent) = EpochRecording.Frame(await slave.HearFrameAsync());
            var whole = (int)Math.Min(bytes.Length, master.Store.MaxPhysicalOffset - head.Offset);
            Assert.That((ours.Offset, ours.Confirmed, sent.AsSpan().SequenceEqual(bytes.AsSpan(0, whole))), Is.EqualTo((head.Offset, head.Confirmed, true)));
            Assert.That(new EpochEntry(ours.Epoch, ours.EpochStart), Is.EqualTo(master.Epochs.EntryAt(head.Offset)), "whose bytes they are");
        }
    }

    [Test]
    public async Task An_Apache_learner_of_ours_gets_the_last_file_as_it_did_from_Apaches()
    {
        var recorded = EpochRecording.Load("learner");
        await using var master = await EpochBroker.StartAsync(_network, _clock);
        master.Has(recorded.Frames(54), EpochRecording.Entries(recorded.Master(54)[0]).Where(entry => entry.Epoch <= 17));
        master.Confirmed.Set(recorded.Frames(54)[0].Head.Confirmed);
        await using var slave = await EpochPeer.ConnectAsync(_network, master.Shipping.EndPoint);
        await slave.SayAsync(recorded.Slave(54)[0]);
        await slave.HearAsync(MasterHandshake.Read(await slave.HearAsync(MasterHandshake.HeadSize)).EntriesSize);
        await slave.SayAsync(recorded.Slave(54)[1]);
        foreach (var word in recorded.Master(54).Skip(1).Take(2))
        {
            Assert.That((await slave.HearFrameAsync()).AsSpan().SequenceEqual(word));
        }

        Assert.That(master.Shipping.Slaves.Single().IsLearner);
    }

    private async Task<EpochBroker> SlaveAsync(
        long brokerId, Func<RocketMQ.Broker.Replication.ReplicationOptions, RocketMQ.Broker.Replication.ReplicationOptions>? configure = null, bool start = true)
    {
        var slave = await EpochBroker.StartAsync(_network, _clock, brokerId, configure, _master.EndPoint.ToString());
        if (start)
        {
            slave.Following.Start();
        }

        return slave;
    }

    /// <summary>Answers a slave's handshake as the recorded master did; what it says is what the recorded slave said.</summary>
    private async Task<EpochPeer> MeetAsync(EpochRecording recorded, int connection)
    {
        var master = await EpochPeer.AcceptAsync(_master);
        Assert.That(await master.HearAsync(SlaveHandshake.Size), Is.EqualTo(recorded.Slave(connection)[0]));
        await master.SayAsync(recorded.Master(connection)[0], cutAt: 25);
        Assert.That(await master.HearAsync(EpochFrame.ReportSize), Is.EqualTo(recorded.Slave(connection)[1]), "at once: the clock stands");
        return master;
    }

    private async Task<byte[]> HearLaterAsync(EpochPeer slave)
    {
        var heard = slave.HearFrameAsync();
        return await Eventually.GetAsync(_clock, TimeSpan.FromMilliseconds(500), async () => heard.IsCompleted ? await heard : null, "a word");
    }

    private static async Task PlayAsync(EpochPeer master, IEnumerable<byte[]> words)
    {
        foreach (var word in words)
        {
            await master.SayAsync(word);
        }
    }

    private static long End(IReadOnlyList<(EpochFrame Head, byte[] Bytes)> frames) => frames[^1].Head.Offset + frames[^1].Bytes.Length;
}
