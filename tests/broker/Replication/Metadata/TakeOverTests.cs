using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Tests.Popping;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Broker.Tests.Replication.Metadata;

/// <summary>A slave that becomes master goes on from what it knew of the last one: nothing is passed over, and little is done twice.</summary>
public class TakeOverTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Delayed_messages_come_that_the_master_has_not_delivered_and_those_it_has_only_where_the_slave_could_not_know(bool isToldInTime)
    {
        await using var set = await ReplicaSet.StartAsync();
        await SendDelayedAsync(set, 1, 2);
        await set.FollowsAsync(() => set.Master.Server.Features.Store.MaxOffset("Orders", 0) == 2, "the first deliveries");
        set.Ship();
        if (isToldInTime)
        {
            await set.FollowsAllAsync();
            Assert.That(set.Slave.Server.Features.Delays.OffsetOf(1), Is.EqualTo(2));
        }

        await SendDelayedAsync(set, 3, 4);
        set.Ship();
        await TakeOverAsync(set);

        await set.FollowsAsync(() => set.Slave.Server.Features.Store.MaxOffset("Orders", 0) >= (isToldInTime ? 4 : 6), "the deliveries");
        await set.PassAsync(TimeSpan.FromSeconds(10));
        var bodies = await BodiesAsync(set.Slave, "Orders");
        Assert.That(bodies.Distinct(), Is.EquivalentTo(new[] { 1, 2, 3, 4 }));
        Assert.That(bodies, Has.Count.EqualTo(isToldInTime ? 4 : 6));
    }

    /// <summary>A master that is a moment ahead of what it has shipped.</summary>
    [Test]
    public async Task A_delivery_that_never_reached_the_slave_is_made_by_it()
    {
        await using var set = await ReplicaSet.StartAsync();
        await SendDelayedAsync(set, 1);
        set.Ship();
        await set.FollowsAsync(() => set.Slave.Server.Features.Topics.All.ContainsKey("Orders"), "the topic");
        await set.FollowsAsync(() => set.Master.Server.Features.Delays.OffsetOf(1) == 1, "the delivery");

        // Its slave is told so, and gets no more of the log.
        await set.PassAsync(TimeSpan.FromSeconds(4));
        Assert.That(set.Slave.Server.Features.Delays.OffsetOf(1), Is.Zero);
        await TakeOverAsync(set);

        await set.FollowsAsync(() => set.Slave.Server.Features.Store.MaxOffset("Orders", 0) == 1, "the delivery");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Timers_come_that_the_master_has_not_delivered_and_those_it_has_do_not(bool isRestarted)
    {
        await using var set = await ReplicaSet.StartAsync(configureStore: s => s with { TimerPrecisionMs = 100 });
        await SendTimedAsync(set, 1, 2_000);
        await SendTimedAsync(set, 2, 3_000);
        await SendTimedAsync(set, 3, 60_000);
        await set.FollowsAsync(() => set.Master.Server.Features.Store.MaxOffset("Orders", 0) == 2, "the first deliveries");
        await set.PassAsync(TimeSpan.FromSeconds(3));
        set.Ship();
        await set.FollowsAllAsync();
        await set.FollowsAllAsync();
        await SendTimedAsync(set, 4, 30_000);
        set.Ship();
        if (isRestarted)
        {
            await set.RestartSlaveAsync(s => s with { TimerPrecisionMs = 100 });
        }

        await TakeOverAsync(set);

        await set.FollowsAsync(() => set.Slave.Server.Features.Store.MaxOffset("Orders", 0) >= 4, "the deliveries", stepMs: 1000);
        await set.PassAsync(TimeSpan.FromSeconds(10));
        Assert.That(await BodiesAsync(set.Slave, "Orders"), Is.EqualTo(new[] { 1, 2, 4, 3 }));
        Assert.That(set.Slave.Server.Features.TimerMetrics!.Snapshot().TimingCount["Orders"].Count, Is.Zero);
    }

    [Test]
    public async Task What_was_popped_from_the_master_comes_back_from_its_successor_unless_it_was_acknowledged()
    {
        await using var set = await ReplicaSet.StartAsync(configureStore: s => s with { TimerPrecisionMs = 100 });
        await set.Master.SendManyAsync("Orders", 3);
        var popped = await set.Master.PopAsync("Orders", 0, invisibleMs: 20_000);
        Assert.That((await set.Master.AckAsync(popped.Messages[0])).Code, Is.EqualTo(ResponseCode.Success));
        await set.PassAsync(TimeSpan.FromSeconds(3));
        set.Ship();
        await set.FollowsAllAsync();
        Assert.That(set.Slave.Server.Features.Offsets.Query("poppers", "Orders", 0), Is.EqualTo(3));

        await TakeOverAsync(set);
        var back = new List<int>();
        await Eventually.GetAsync(
            set.Clock, TimeSpan.FromMilliseconds(500),
            async () =>
            {
                back.AddRange((await set.Slave.PopAsync("Orders")).Bodies);
                return back.Count >= 2 ? "" : null;
            },
            "both");

        await set.PassAsync(TimeSpan.FromSeconds(10));
        back.AddRange((await set.Slave.PopAsync("Orders")).Bodies);
        Assert.That(back, Is.EquivalentTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task A_group_goes_on_where_it_was_at_the_last_master()
    {
        await using var set = await ReplicaSet.StartAsync();
        await set.Master.SendManyAsync("Orders", 5);
        await set.Master.CommitAsync("readers", "Orders", 3);
        set.Ship();
        await set.FollowsAllAsync();

        await TakeOverAsync(set);

        Assert.That((await set.Slave.SendAsync("Orders", [5])).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(set.Slave.Server.Features.Offsets.Query("readers", "Orders", 0), Is.EqualTo(3));
        Assert.That(TestBroker.Messages(await set.Slave.PullAsync("Orders", 0, 3, "readers")).Select(m => m.Body[0]), Is.EqualTo(new[] { 3, 4, 5 }));
    }

    /// <summary>The old master comes back as slave of the new one, and both roles change once more.</summary>
    [Test]
    public async Task Roles_that_change_there_and_back_lose_no_change_of_either_master()
    {
        await using var set = await ReplicaSet.StartAsync();
        await MetadataSyncTests.FillAsync(set.Master);
        set.Ship();
        await set.FollowsAllAsync();
        await set.Master.Server.ChangeRoleAsync(BrokerRole.Slave(1));
        await TakeOverAsync(set);
        await set.Slave.CreateTopicAsync("News", queues: 2);
        await set.Slave.SendManyAsync("Orders", 2);
        await set.Slave.CommitAsync("readers", "Orders", 4);
        set.Master.Server.Features.Master.Learn(set.Slave.Address, null);
        ShippedLog.Ship(set.Slave.Server.Features.Store, set.Master.Server.Features.Store);

        await set.FollowsAsync(() => set.Master.Server.Features.Offsets.Query("readers", "Orders", 0) == 4, "the offset");
        MetadataSyncTests.AssertSame(set.Slave, set.Master);

        await set.Slave.Server.ChangeRoleAsync(BrokerRole.Slave(1));
        await set.Master.Server.ChangeRoleAsync(BrokerRole.Master);
        await set.Master.CommitAsync("readers", "Orders", 5);
        await set.FollowsAsync(() => set.Slave.Server.Features.Offsets.Query("readers", "Orders", 0) == 5, "the next offset");
        await set.FollowsAllAsync();
        MetadataSyncTests.AssertSame(set.Master, set.Slave);
    }

    private static async Task TakeOverAsync(ReplicaSet set) => await set.Slave.Server.ChangeRoleAsync(BrokerRole.Master);

    private static async Task SendDelayedAsync(ReplicaSet set, params byte[] bodies)
    {
        foreach (var body in bodies)
        {
            await set.Master.SendAsync("Orders", [body], properties: [new("DELAY", "1")]);
        }
    }

    private static async Task SendTimedAsync(ReplicaSet set, byte body, int delayMs)
    {
        var sent = await set.Master.SendAsync(
            "Orders", [body], properties: [new("TIMER_DELAY_MS", delayMs.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
    }

    private static async Task<List<int>> BodiesAsync(TestBroker broker, string topic) =>
        [.. TestBroker.Messages(await broker.PullAsync(topic, 0, 0)).Select(m => (int)m.Body[0])];
}
