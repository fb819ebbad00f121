using System.Net;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Remoting.Transport;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Epochs;

/// <summary>A master and slaves of ours in a controller's set.</summary>
public class EpochLinksTests
{
    private MemoryTransport _network = null!;
    private VirtualTimeProvider _clock = null!;
    private EpochBroker _master = null!;

    [SetUp]
    public async Task SetUp()
    {
        (_network, _clock) = (new MemoryTransport(), new VirtualTimeProvider());
        _master = await EpochBroker.StartAsync(_network, _clock);
    }

    [TearDown]
    public async Task TearDown() => await _master.DisposeAsync();

    [Test]
    public async Task A_slave_has_its_masters_log_and_epochs_over_files_and_epochs()
    {
        await _master.WriteAsync(1, 300, 3000);
        await _master.WriteAsync(3, 2);
        await _master.WriteAsync(4, 300, 3000);
        Assert.That(_master.Store.LastLogFileOffset, Is.Positive);
        await using var slave = await FollowAsync(2);
        await SettleAsync(slave);
        Assert.That(slave.EpochFileText, Is.EqualTo(_master.EpochFileText));
        await _master.WriteAsync(4, 10);
        await SettleAsync(slave);
        Assert.That(BrokerSet.LogOf(slave.Store).AsSpan().SequenceEqual(BrokerSet.LogOf(_master.Store)));
    }

    [Test]
    public async Task A_slave_is_told_of_a_new_epoch_and_of_what_is_confirmed_though_nothing_is_written()
    {
        await _master.WriteAsync(1, 10);
        await using var slave = await FollowAsync(2);
        await SettleAsync(slave);
        await _master.WriteAsync(2, 0);
        await Eventually.BecomesAsync(() => slave.EpochFileText == _master.EpochFileText, "the epoch");
        _master.Confirmed.Set(_master.Store.MaxPhysicalOffset);
        _clock.Advance(TimeSpan.FromMilliseconds(20));
        await Eventually.BecomesAsync(() => slave.MasterConfirmed == _master.Store.MaxPhysicalOffset, "what is confirmed");
        await _master.WriteAsync(3, 0);
        await Eventually.BecomesAsync(() => slave.EpochFileText == _master.EpochFileText, "the epoch in the place of the empty one");
        Assert.That(slave.Epochs.Entries, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_slave_that_has_nothing_and_wants_the_last_file_gets_that()
    {
        await _master.WriteAsync(1, 300, 3000);
        await _master.WriteAsync(2, 300, 3000);
        await using var slave = await FollowAsync(2, options => options with { SyncFromLastFile = true });
        await SettleAsync(slave);
        Assert.That(slave.Store.MinPhysicalOffset, Is.EqualTo(EpochBroker.FileSize));
        Assert.That(string.Join(' ', slave.Epochs.Entries), Is.EqualTo(_master.Epochs.Entries[^1].ToString()));
    }

    [Test]
    public async Task An_older_connection_of_a_broker_gives_way_to_its_new_one()
    {
        await _master.WriteAsync(1, 10);
        await using var old = await JoinAsync(2);
        await using var other = await JoinAsync(3);
        await using var anew = await JoinAsync(2);
        await old.EndAsync();
        await Eventually.BecomesAsync(() => _master.Shipping.Connections == 2, "two are left");
        Assert.That(_master.Shipping.Slaves.Select(slave => slave.BrokerId).Order(), Is.EqualTo([2L, 3L]));
    }

    [Test]
    public async Task A_slave_has_caught_up_when_it_had_all_that_was_there_as_a_transfer_began()
    {
        await _master.WriteAsync(1, 10);
        await using var slave = await JoinAsync(2, report: 0);
        var link = _master.Shipping.Slaves.Single();
        var came = _clock.GetTimestamp();
        var first = await HearAllAsync(slave);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _master.WriteAsync(1, 10);
        var second = await HearAllAsync(slave);
        Assert.That(link.CaughtUpAt, Is.EqualTo(came), "it has said nothing");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await slave.SayAsync(EpochPeer.Report(first));
        await Eventually.BecomesAsync(() => link.Acknowledged == first, "its word");
        Assert.That(link.CaughtUpAt, Is.EqualTo(came), "what was there when the first was sent");
        var written = _clock.GetTimestamp();
        await _master.WriteAsync(1, 10);
        var third = await HearAllAsync(slave);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _master.WriteAsync(1, 10);
        await HearAllAsync(slave);
        await slave.SayAsync(EpochPeer.Report(third));
        await Eventually.BecomesAsync(() => link.CaughtUpAt == written, "all that was there as the third was sent, though it is never level while more is written");
        await slave.SayAsync(EpochPeer.Report(_master.Store.MaxPhysicalOffset));
        await Eventually.BecomesAsync(() => link.Acknowledged == _master.Store.MaxPhysicalOffset, "its word");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(link.CaughtUpAt, Is.EqualTo(_clock.GetTimestamp()), "who has all has caught up");
        Assert.That(second, Is.GreaterThan(first));
    }

    [Test]
    public async Task A_learner_counts_for_no_send()
    {
        await _master.WriteAsync(1, 10);
        var end = _master.Store.MaxPhysicalOffset;
        await using var learner = await JoinAsync(3, isLearner: true);
        await Eventually.BecomesAsync(() => _master.Shipping.Slaves.Single().Acknowledged == end, "it has all");
        Assert.That((_master.Shipping.CountNear(end), _master.Shipping.AcknowledgedBy(1)), Is.EqualTo((0, 0L)));
        await using var slave = await JoinAsync(2);
        await Eventually.BecomesAsync(() => _master.Shipping.CountNear(end) == 1, "the slave does");
        Assert.That((_master.Shipping.AcknowledgedBy(1), _master.Shipping.AcknowledgedBy(2)), Is.EqualTo((end, 0L)));
    }

    [Test]
    public async Task A_broker_that_is_not_master_any_more_ends_its_slaves_and_takes_none()
    {
        await _master.WriteAsync(1, 10);
        await using var slave = await JoinAsync(2);
        _master.IsMaster = false;
        _master.Shipping.EndAll("another one is master");
        await slave.EndAsync();
        await using var later = await EpochPeer.ConnectAsync(_network, _master.Shipping.EndPoint);
        await later.SayAsync(EpochPeer.Handshake(2));
        await later.EndAsync();
    }

    [Test]
    public async Task A_slave_that_said_where_it_is_in_a_deleted_part_of_the_log_is_turned_away()
    {
        var recorded = EpochRecording.Load("learner");
        _master.Has(recorded.Frames(54), [new EpochEntry(17, 98263)]);
        await using var slave = await EpochPeer.ConnectAsync(_network, _master.Shipping.EndPoint);
        await slave.SayAsync([.. EpochPeer.Handshake(2), .. EpochPeer.Report(98263)]);
        await slave.EndAsync();
    }

    [Test]
    public async Task A_slave_with_what_was_written_before_there_was_a_controller_goes_on()
    {
        await _master.Store.AllowAppendsAsync();
        for (var i = 0; i < 10; i++)
        {
            ShippedLog.Append(_master.Store, "Orders", 0, new byte[1000]);
        }

        await using var slave = await EpochBroker.StartAsync(_network, _clock, 2, masterAddress: _master.Shipping.EndPoint.ToString());
        using (var lease = _master.Store.LeaseLog(0, 5000))
        {
            slave.Store.Receive(0, lease.Bytes, out _);
        }

        await _master.WriteAsync(1, 10);
        slave.Following.Start();
        await SettleAsync(slave);
        Assert.That(slave.EpochFileText, Is.EqualTo(_master.EpochFileText));
        Assert.That(BrokerSet.LogOf(slave.Store).AsSpan().SequenceEqual(BrokerSet.LogOf(_master.Store)));
    }

    [Test]
    public async Task A_master_that_was_there_for_long_is_looked_for_at_once_when_it_is_gone()
    {
        await using var listener = await _network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), default);
        await using var slave = await EpochBroker.StartAsync(_network, _clock, 2, masterAddress: listener.EndPoint.ToString());
        slave.Following.Start();
        for (var i = 0; i < 8; i++)
        {
            await using var gone = await ComesAsync(listener, TimeSpan.FromSeconds(1));
        }

        await using (var master = await ComesAsync(listener, TimeSpan.FromSeconds(1)))
        {
            await master.SayAsync(EpochPeer.Answer(0, new EpochEntry(1, 0)));
            await Eventually.BecomesAsync(() => slave.Following.IsConnected, "it follows");
            _clock.Advance(TimeSpan.FromSeconds(6));
        }

        await Eventually.BecomesAsync(() => !slave.Following.IsConnected, "it is gone");
        var began = _clock.GetTimestamp();
        await using var again = await ComesAsync(listener, TimeSpan.FromMilliseconds(10));
        Assert.That(_clock.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(4)));
    }

    [Test]
    public async Task A_master_of_ours_that_nobody_followed_to_the_end_is_cut_where_the_next_one_began()
    {
        await _master.WriteAsync(1, 10);
        await using var old = await FollowAsync(2);
        await SettleAsync(old);
        await old.Following.StopAsync();
        var point = old.Store.MaxPhysicalOffset;
        await old.WriteAsync(2, 6);
        old.Store.ForbidAppends();
        await _master.WriteAsync(3, 4);
        old.Following.Start();
        await Eventually.BecomesAsync(() => old.Cuts.Count > 0, "the cut");
        Assert.That(old.Cuts, Is.EqualTo([point]));
        await old.Following.StopAsync();
        old.Following.Start();
        await Eventually.BecomesAsync(() => old.Cuts.Count > 1, "said again after a start, for nobody has cut it");
    }

    [Test]
    public async Task A_store_of_another_history_is_left_alone_and_the_state_says_what_to_do()
    {
        await _master.WriteAsync(1, 10);
        await _master.WriteAsync(2, 10);
        await using var slave = await StrangerAsync(epoch: 50);
        slave.Following.Start();
        await Eventually.BecomesAsync(() => slave.State.Contains("empty its store", StringComparison.Ordinal), "the way out");
        Assert.That(slave.State, Does.Contain("50-0").And.Contain(_master.Epochs.Entries[^1].ToString()));
        Assert.That((slave.Cuts, slave.Following.IsConnected), Is.EqualTo((Array.Empty<long>(), false)));
        Assert.That(_master.Shipping.Slaves, Is.Empty);
    }

    [Test]
    public async Task A_log_without_epochs_that_is_longer_than_any_can_tell_is_left_alone()
    {
        await _master.WriteAsync(1, 10);
        await using var slave = await StrangerAsync(epoch: 0);
        slave.Following.Start();
        await Eventually.BecomesAsync(() => slave.State.Contains("empty its store", StringComparison.Ordinal), "the way out");
        Assert.That(slave.State, Does.Contain("no epochs"));
    }

    [Test]
    public async Task A_slave_is_not_emptied_for_a_master_that_has_lost_its_store()
    {
        await using var slave = await StrangerAsync(epoch: 1);
        _master.Epochs.Begin(1, 0);
        _master.Epochs.Begin(7, 0);
        slave.Following.Start();
        await Eventually.BecomesAsync(() => slave.State.Contains("lost its store", StringComparison.Ordinal), "the reason");
        Assert.That(slave.Cuts, Is.Empty);
    }

    [Test]
    public async Task Epochs_that_say_of_an_empty_log_what_is_not_there_are_forgotten()
    {
        await _master.WriteAsync(1, 10);
        await _master.WriteAsync(2, 10);
        await using var slave = await EpochBroker.StartAsync(_network, _clock, 2, masterAddress: _master.Shipping.EndPoint.ToString());
        slave.Epochs.Begin(1, 0);
        slave.Epochs.Begin(5, 100);
        slave.Following.Start();
        await SettleAsync(slave);
        Assert.That(slave.EpochFileText, Is.EqualTo(_master.EpochFileText));
    }

    [Test]
    public async Task Own_epochs_in_which_nothing_was_written_give_way_to_the_masters()
    {
        await _master.WriteAsync(1, 10);
        await using var slave = await FollowAsync(2);
        await SettleAsync(slave);
        await slave.Following.StopAsync();
        slave.Epochs.Begin(5, slave.Store.MaxPhysicalOffset);
        await _master.WriteAsync(3, 0);
        slave.Following.Start();
        await Eventually.BecomesAsync(() => slave.EpochFileText == _master.EpochFileText, "the master's epochs");
        Assert.That(slave.Cuts, Is.Empty);
    }

    private async Task<EpochBroker> FollowAsync(long brokerId, Func<ReplicationOptions, ReplicationOptions>? configure = null)
    {
        var slave = await EpochBroker.StartAsync(_network, _clock, brokerId, configure, _master.Shipping.EndPoint.ToString());
        slave.Following.Start();
        return slave;
    }

    private async Task<EpochPeer> ComesAsync(ITransportListener listener, TimeSpan step)
    {
        var coming = EpochPeer.AcceptAsync(listener);
        return await Eventually.GetAsync(_clock, step, async () => coming.IsCompleted ? await coming : null, "the slave");
    }

    /// <summary>A slave whose log is somebody else's.</summary>
    private async Task<EpochBroker> StrangerAsync(int epoch)
    {
        var slave = await EpochBroker.StartAsync(_network, _clock, 2, masterAddress: _master.Shipping.EndPoint.ToString());
        await slave.Store.AllowAppendsAsync();
        ShippedLog.Append(slave.Store, "Orders", 0, new byte[500]);
        slave.Store.ForbidAppends();
        if (epoch > 0)
        {
            slave.Epochs.Begin(epoch, 0);
        }

        return slave;
    }

    /// <summary>A test that joins as a slave and has heard the first frame.</summary>
    private async Task<EpochPeer> JoinAsync(long brokerId, long? report = null, bool isLearner = false)
    {
        var slave = await EpochPeer.ConnectAsync(_network, _master.Shipping.EndPoint);
        await slave.SayAsync(EpochPeer.Handshake(brokerId, isLearner: isLearner));
        await slave.HearAsync(MasterHandshake.Read(await slave.HearAsync(MasterHandshake.HeadSize)).EntriesSize);
        await slave.SayAsync(EpochPeer.Report(report ?? _master.Store.MaxPhysicalOffset));
        Assert.That(EpochFrame.Read(await slave.HearFrameAsync()).Size, Is.Zero);
        return slave;
    }

    private async Task<long> HearAllAsync(EpochPeer slave)
    {
        EpochFrame head;
        do
        {
            head = EpochFrame.Read(await slave.HearFrameAsync());
        }
        while (head.Offset + head.Size < _master.Store.MaxPhysicalOffset);
        return head.Offset + head.Size;
    }

    private async Task SettleAsync(EpochBroker slave) => await Eventually.BecomesAsync(
        () => slave.Store.DispatchedOffset == _master.Store.MaxPhysicalOffset && slave.Epochs.LastEpoch == _master.Epochs.LastEpoch,
        $"the slave has all: {slave.State}");
}
