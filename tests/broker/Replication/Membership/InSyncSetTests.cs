using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Replication.Membership;
using RocketMQ.Broker.Tests.Replication.Epochs;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Remoting.Transport;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Membership;

/// <summary>Whom a master waits for, and whom it proposes, while slaves come, say what they have, and go.</summary>
public class InSyncSetTests
{
    private MemoryTransport _network = null!;
    private VirtualTimeProvider _clock = null!;
    private ReplicationOptions _options = null!;
    private EpochBroker _master = null!;
    private InSyncSet _set = null!;

    private long End => _master.Store.MaxPhysicalOffset;

    [SetUp]
    public async Task SetUp()
    {
        (_network, _clock) = (new MemoryTransport(), new VirtualTimeProvider());
        _options = new ReplicationOptions { EnableControllerMode = true, SlaveTimeout = 100, HaMaxTimeSlaveNotCatchup = 1000 };
        _master = await EpochBroker.StartAsync(_network, _clock, configure: _ => _options);
        await _master.WriteAsync(1, 0);
        _set = new InSyncSet(_options, _master.Store, _master.Shipping, _master.Confirmed, _clock);
        _set.Begin(1, new SetState(1, "127.0.0.1:1", 1, [1], 1));
    }

    [TearDown]
    public async Task TearDown()
    {
        _set.Dispose();
        await _master.DisposeAsync();
    }

    [Test]
    public async Task A_master_alone_waits_for_nobody()
    {
        await WriteAsync(3);
        Assert.That((_set.AreWaitedFor, _set.Propose(), Listed), Is.EqualTo((false, ((IReadOnlyList<long>, int)?)null, 3)));
    }

    [Test]
    public async Task A_slave_counts_before_it_is_proposed_and_is_proposed_when_it_has_all_that_was_acknowledged_without_it()
    {
        await WriteAsync(3);
        var early = End;
        await WriteAsync(1);
        await using var slave = await ReportAsync(2, early);
        Assert.That(_set.Propose(), Is.Null, "it lacks what was acknowledged before it counted");
        Assert.That(_set.Counted, Is.EqualTo(new long[] { 1, 2 }));
        Assert.That(_set.AreWaitedFor);
        await WriteAsync(1);
        Assert.That(await WaitAsync(), Is.EqualTo(StoreOutcome.FlushSlaveTimeout));
        Assert.That(Listed, Is.EqualTo(4), "nobody reads what only this broker has");
        await slave.SayAsync(EpochPeer.Report(End));
        await Eventually.BecomesAsync(() => Listed == 5, "all have it");
        Assert.That(await WaitAsync(), Is.EqualTo(StoreOutcome.Stored));
        Assert.That(Proposed(), Is.EqualTo(("1,2", 1)));
    }

    [Test]
    public async Task A_slave_that_is_far_behind_holds_nobody_up()
    {
        await _master.WriteAsync(1, 600, 2000);
        await using var slave = await ReportAsync(2, 0);
        Assert.That((_set.Propose() is null, _set.AreWaitedFor), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_learner_is_never_proposed()
    {
        await WriteAsync(1);
        await using var slave = await ReportAsync(2, End, isLearner: true);
        Assert.That((_set.Propose() is null, _set.AreWaitedFor), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Whoever_may_be_in_the_stored_set_counts_until_a_later_one_is_seen()
    {
        await WriteAsync(1);
        var slave = await ReportAsync(2, End);
        Assert.That(Proposed(), Is.EqualTo(("1,2", 1)), "and nobody knows what became of it");
        await LoseAsync(slave, 2);
        await WriteAsync(1);
        Assert.That(await WaitAsync(), Is.EqualTo(StoreOutcome.FlushSlaveTimeout));
        _set.Adopt([1], 1);
        Assert.That(_set.AreWaitedFor, "that is what was stored before");
        var waiting = _set.WaitAsync(End);
        _set.Adopt([1], 2);
        Assert.That(await waiting, Is.EqualTo(StoreOutcome.Stored));
        Assert.That((_set.AreWaitedFor, Listed), Is.EqualTo((false, 2)));
    }

    [Test]
    public async Task A_proposal_that_was_refused_binds_nobody()
    {
        await WriteAsync(1);
        await using var slave = await ReportAsync(2, End);
        Assert.That(Proposed(), Is.EqualTo(("1,2", 1)));
        _set.Withdraw();
        Assert.That(_set.AreWaitedFor, Is.False);
        Assert.That(Proposed(), Is.EqualTo(("1,2", 1)), "it is made again");
    }

    [Test]
    public async Task A_member_that_is_gone_counts_until_a_set_without_it_is_stored()
    {
        var slave = await JoinAsync(2);
        await LoseAsync(slave, 2);
        Assert.That(Proposed(), Is.EqualTo(("1", 2)));
        await WriteAsync(1);
        Assert.That(await WaitAsync(), Is.EqualTo(StoreOutcome.FlushSlaveTimeout));
        _set.Adopt([1], 3);
        Assert.That(await WaitAsync(), Is.EqualTo(StoreOutcome.Stored));
    }

    [Test]
    public async Task A_member_that_says_nothing_new_for_too_long_has_to_go()
    {
        await using var slave = await JoinAsync(2);
        await WriteAsync(1);
        _clock.Advance(TimeSpan.FromMilliseconds(900));
        Assert.That(_set.Propose(), Is.Null);
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.That(Proposed(), Is.EqualTo(("1", 2)));
    }

    [Test]
    public async Task Who_waits_when_another_leads_is_told_at_once()
    {
        await using var slave = await JoinAsync(2);
        await WriteAsync(1);
        var waiting = _set.WaitAsync(End);
        _set.End();
        Assert.That(await waiting, Is.EqualTo(StoreOutcome.FlushSlaveTimeout));
        Assert.That(Listed, Is.EqualTo(1));
    }

    [Test]
    public async Task As_many_as_were_asked_for_are_enough()
    {
        _options.InSyncReplicas = 2;
        await using var second = await JoinAsync(2);
        await using var third = await JoinAsync(3);
        await WriteAsync(1);
        Assert.That(await WaitAsync(), Is.EqualTo(StoreOutcome.FlushSlaveTimeout));
        await third.SayAsync(EpochPeer.Report(End));
        await Eventually.BecomesAsync(() => _master.Shipping.Find(3)!.Acknowledged == End, "the report");
        Assert.That((await WaitAsync(), Listed), Is.EqualTo((StoreOutcome.Stored, 3)));
    }

    [Test]
    public async Task With_one_nobody_is_waited_for()
    {
        _options.InSyncReplicas = 1;
        await using var slave = await JoinAsync(2);
        await WriteAsync(1);
        Assert.That((_set.AreWaitedFor, Listed), Is.EqualTo((false, 2)));
    }

    private long Listed => _master.Store.MaxOffset("Orders", 0);

    private Task WriteAsync(int messages) => _master.WriteAsync(1, messages);

    private (string Members, int FromEpoch)? Proposed() => _set.Propose() is { } proposal ? (string.Join(',', proposal.Members), proposal.FromEpoch) : null;

    private async Task<StoreOutcome> WaitAsync()
    {
        var waiting = _set.WaitAsync(End);
        if (!waiting.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        return await waiting;
    }

    private async Task<EpochPeer> ReportAsync(long brokerId, long offset, bool isLearner = false)
    {
        var slave = await EpochPeer.ConnectAsync(_network, _master.Shipping.EndPoint);
        await slave.SayAsync([.. EpochPeer.Handshake(brokerId, isLearner: isLearner), .. EpochPeer.Report(offset)]);
        await Eventually.BecomesAsync(() => _master.Shipping.Find(brokerId)?.Acknowledged == offset, "the report");
        return slave;
    }

    private async Task<EpochPeer> JoinAsync(long brokerId)
    {
        await WriteAsync(1);
        var slave = await ReportAsync(brokerId, End);
        var proposal = _set.Propose()!.Value;
        _set.Adopt(proposal.Members, proposal.FromEpoch + 1);
        return slave;
    }

    private async Task LoseAsync(EpochPeer slave, long brokerId)
    {
        await slave.DisposeAsync();
        await Eventually.BecomesAsync(() => _master.Shipping.Find(brokerId) is null, "it is gone");
    }
}
