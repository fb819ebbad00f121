using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Tests.Replication.Membership;

/// <summary>Brokers of ours that a controller of ours watches over.</summary>
public class WatchedSetTests
{
    [Test]
    public async Task The_first_broker_leads_and_the_others_follow()
    {
        await using var set = await WatchedSet.StartAsync(3);
        Assert.That(set.MasterNumber, Is.EqualTo(1));
        Assert.That(new[] { set[1], set[2], set[3] }.Select(broker => broker.Server.Role), Is.EqualTo(new[] { BrokerRole.Master, BrokerRole.Slave(2), BrokerRole.Slave(3) }));
        Assert.That((await set.Master.SendAsync("Orders", [1])).Code, Is.EqualTo(ResponseCode.Success));
        await set.WholeAsync(3);
        Assert.That(BrokerSet.LogOf(set[2]).AsSpan().SequenceEqual(BrokerSet.LogOf(set[1])));
        var status = await BodyAsync<HARuntimeInfo>(set.Master, RequestCode.GetBrokerHaStatus);
        Assert.That((status.InSyncSlaveNums, status.HaConnectionInfo.Count), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task A_broker_is_who_it_was_when_it_comes_back()
    {
        await using var set = await WatchedSet.StartAsync(2);
        await set.StopAsync(2);
        await set.StartAsync(2);
        await set.WholeAsync(2);
        Assert.That(set[2].Server.Role, Is.EqualTo(BrokerRole.Slave(2)));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(set[2].Directory, "brokerIdentity")), Is.EqualTo("DefaultCluster#broker-a#2"));
    }

    [Test]
    public async Task A_master_that_stops_hands_over_first()
    {
        await using var set = await WatchedSet.StartAsync(2);
        await SendAsync(set.Master, 20);
        await set.StopAsync(1);
        Assert.That(set[2].Server.Role.IsMaster, "the other one leads when the stop is over");
        await SendAsync(set[2], 20);
        Assert.That(Count(set[2]), Is.EqualTo(40));
        await set.StartAsync(1);
        await set.WholeAsync(2);
        Assert.That(BrokerSet.LogOf(set[1]).AsSpan().SequenceEqual(BrokerSet.LogOf(set[2])));
    }

    [Test]
    public async Task A_master_that_is_cut_off_acknowledges_nothing_and_what_only_it_has_is_gone_when_it_comes_back()
    {
        await using var set = await WatchedSet.StartAsync(3, options => options with { SlaveTimeout = 300 });
        await SendAsync(set[1], 10);
        set.CutOff(1);
        var lost = await set[1].SendAsync("Orders", [66]);
        Assert.That(lost.Code, Is.EqualTo(ResponseCode.FlushSlaveTimeout), "nobody but this broker has it");
        Assert.That(Count(set[1]), Is.EqualTo(10), "and nobody reads it");
        var master = await set.AnotherLeadsAsync(than: 1);
        await SendAsync(set[master], 5);
        set.Mend(1);
        await set.WholeAsync(3);
        Assert.That(set.MasterNumber, Is.EqualTo(master));
        Assert.That(BrokerSet.LogOf(set[1]).AsSpan().SequenceEqual(BrokerSet.LogOf(set[master])));
        Assert.That(Count(set[1]), Is.EqualTo(15));
        Assert.That((await set[1].SendAsync("Orders", [1])).Code, Is.EqualTo(ResponseCode.SystemBusy), "it is a slave");
    }

    [Test]
    public async Task A_slave_that_is_gone_leaves_the_set_and_sends_go_on()
    {
        await using var set = await WatchedSet.StartAsync(2);
        await SendAsync(set[1], 3);
        set.CutOff(2);
        await SendAsync(set[1], 3);
        Assert.That(set[1].Server.Features.InSync!.Stored.Members, Is.EqualTo(new long[] { 1 }));
        Assert.That(Count(set[1]), Is.EqualTo(6));
        set.Mend(2);
        await set.WholeAsync(2);
    }

    [Test]
    public async Task Without_its_controller_a_set_goes_on_until_somebody_would_have_to_leave()
    {
        await using var set = await WatchedSet.StartAsync(2, options => options with { SlaveTimeout = 300 });
        await set.StopControllerAsync();
        await SendAsync(set[1], 10);
        await set.StopAsync(2);
        Assert.That((await set[1].SendAsync("Orders", [1])).Code, Is.EqualTo(ResponseCode.FlushSlaveTimeout), "nobody can take the slave out of the set");
        Assert.That(Count(set[1]), Is.EqualTo(10));
        await set.StartControllerAsync();
        await Eventually.BecomesAsync(() => Count(set[1]) == 11, "the slave has left the set, and what waited for it is there");
        await SendAsync(set[1], 1);
    }

    [Test]
    public async Task A_controller_that_has_lost_its_state_gets_it_from_the_brokers()
    {
        await using var set = await WatchedSet.StartAsync(2);
        await SendAsync(set[1], 10);
        await set.StopControllerAsync();
        set.ForgetState();
        await set.StartControllerAsync();
        await set.WholeAsync(2);
        await SendAsync(set.Master, 10);
        await set.WholeAsync(2);
        Assert.That((Count(set[1]), Count(set[2])), Is.EqualTo((20L, 20L)));
    }

    [Test]
    public async Task With_too_few_in_the_set_nothing_is_stored()
    {
        await using var set = await WatchedSet.StartAsync(2, options => options with { MinInSyncReplicas = 2 });
        await SendAsync(set[1], 1);
        set.CutOff(2);
        await Eventually.BecomesAsync(() => set[1].Server.Features.InSync!.Stored.Members.Count == 1, "the slave has left the set");
        var end = set[1].Server.Features.Store.MaxPhysicalOffset;
        var refused = await set[1].SendAsync("Orders", [1]);
        Assert.That(refused.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(refused.Remark, Does.Contain("minInSyncReplicas is 2"));
        Assert.That(set[1].Server.Features.Store.MaxPhysicalOffset, Is.EqualTo(end));
    }

    [Test]
    public async Task Somebody_who_only_says_that_there_is_a_new_master_changes_nothing()
    {
        await using var set = await WatchedSet.StartAsync(2);
        await set[1].CallJsonAsync(
            RequestCode.NotifyBrokerRoleChanged,
            new NotifyBrokerRoleChangedRequestHeader { MasterAddress = "127.0.0.1:1", MasterBrokerId = 9, MasterEpoch = 99, SyncStateSetEpoch = 99 },
            new SyncStateSet { BrokerIds = [9], SyncStateSetEpoch = 99 });
        await SendAsync(set[1], 3);
        Assert.That(set.MasterNumber, Is.EqualTo(1));
    }

    [Test]
    public async Task Operators_are_told_the_epochs_of_the_log()
    {
        await using var set = await WatchedSet.StartAsync(2);
        await SendAsync(set[1], 2);
        var begin = set[1].Server.Features.Store.MaxPhysicalOffset;
        await set.StopAsync(1);
        await SendAsync(set[2], 2);
        var epochs = await BodyAsync<EpochEntryCache>(set[2], RequestCode.GetBrokerEpochCache);
        Assert.That(epochs.EpochList.Select(entry => entry.StartOffset), Is.EqualTo(new[] { 0, begin }));
        Assert.That(epochs.EpochList.Select(entry => entry.EndOffset), Is.EqualTo(new[] { begin, long.MaxValue }));
        Assert.That(epochs.MaxOffset, Is.EqualTo(set[2].Server.Features.Store.MaxPhysicalOffset));
    }

    [Test]
    public async Task A_program_can_not_make_a_master_where_the_controller_does()
    {
        await using var set = await WatchedSet.StartAsync(1);
        var refused = Assert.ThrowsAsync<InvalidOperationException>(() => set[1].Server.ChangeRoleAsync(BrokerRole.Slave(7)));
        Assert.That(refused!.Message, Does.Contain("enableControllerMode"));
    }

    [Test]
    public async Task A_member_that_does_not_follow_is_told_by_every_new_master_where_the_log_is()
    {
        await using var set = await WatchedSet.StartAsync(2);
        await using var silent = await SilentMember.JoinAsync(set.ControllerAddress, id: 3);
        await Eventually.BecomesAsync(() => silent.Told.Any(told => told.MasterHaAddress == HaAddressOf(set[1])), "the master has told it");
        Assert.That(silent.Told.First().MasterAddress, Is.EqualTo(set[1].Server.Features.Place.Address));
        await SendAsync(set[1], 3);
        var end = set[1].Server.Features.Store.MaxPhysicalOffset;
        await set.StopAsync(1);
        await Eventually.BecomesAsync(() => silent.Told.Any(told => told.MasterHaAddress == HaAddressOf(set[2])), "the new master has told it");
        Assert.That(silent.Told.Last().MasterFlushOffset, Is.EqualTo(end), "Apache's brokers can't do without");
    }

    private static string HaAddressOf(TestBroker broker) => $"127.0.0.1:{broker.Server.Features.Shipping.EndPoint.Port}";

    private static async Task SendAsync(TestBroker broker, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var reply = await broker.SendAsync("Orders", [(byte)i]);
            Assert.That(reply.Code, Is.EqualTo(ResponseCode.Success), reply.Remark);
        }
    }

    private static long Count(TestBroker broker) => broker.Server.Features.Store.MaxOffset("Orders", 0);

    private static async Task<T> BodyAsync<T>(TestBroker broker, int code)
        where T : new() =>
        RemotingJson.Deserialize<T>((await broker.CallAsync(code)).Body);
}
