using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Broker.Tests.Replication;

/// <summary>A slave of ours behind a master of ours, over sockets.</summary>
public class FollowingTests
{
    [Test]
    public async Task A_slave_has_what_its_master_has()
    {
        await using var set = await BrokerSet.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            Assert.That((await set.Master.SendAsync("Orders", [(byte)i], i % 4)).Code, Is.EqualTo(ResponseCode.Success));
        }

        var slave = await set.AddSlaveAsync(1);
        await set.SettleAsync(slave);
        Assert.That(BrokerSet.LogOf(slave).AsSpan().SequenceEqual(BrokerSet.LogOf(set.Master)));
        await set.Master.SendAsync("Orders", [99], 1);
        await set.SettleAsync(slave);
        Assert.That(BrokerSet.LogOf(slave).AsSpan().SequenceEqual(BrokerSet.LogOf(set.Master)));
        for (var queue = 0; queue < 4; queue++)
        {
            Assert.That(slave.Server.Features.Store.MaxOffset("Orders", queue), Is.EqualTo(set.Master.Server.Features.Store.MaxOffset("Orders", queue)));
        }
    }

    [Test]
    public async Task A_slave_whose_store_is_empty_gets_all_files_of_the_log()
    {
        await using var set = await BrokerSet.StartAsync(fileSize: 64 * 1024);
        for (var i = 0; i < 100; i++)
        {
            await set.Master.SendAsync("Orders", new byte[4000], i % 4);
        }

        Assert.That(set.Master.Server.Features.Store.LastLogFileOffset, Is.GreaterThan(0));
        var slave = await set.AddSlaveAsync(1);
        await set.SettleAsync(slave);
        Assert.That(slave.Server.Features.Store.MinPhysicalOffset, Is.Zero);
        Assert.That(BrokerSet.LogOf(slave).AsSpan().SequenceEqual(BrokerSet.LogOf(set.Master)));
    }

    [Test]
    public async Task A_slave_that_was_away_goes_on_where_it_was()
    {
        await using var set = await BrokerSet.StartAsync(fileSize: 64 * 1024);
        await set.Master.SendAsync("Orders", new byte[4000]);
        var slave = await set.AddSlaveAsync(1);
        await set.SettleAsync(slave);
        await set.StopAsync(slave);
        for (var i = 0; i < 60; i++)
        {
            await set.Master.SendAsync("Orders", new byte[4000], i % 4);
        }

        slave = await set.AddSlaveAsync(1);
        await set.SettleAsync(slave);
        Assert.That(BrokerSet.LogOf(slave).AsSpan().SequenceEqual(BrokerSet.LogOf(set.Master)));
    }

    [Test]
    public async Task A_slave_that_becomes_master_goes_on_behind_the_last_message()
    {
        await using var set = await BrokerSet.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            await set.Master.SendAsync("Orders", [(byte)i]);
        }

        var slave = await set.AddSlaveAsync(1);
        await set.SettleAsync(slave);
        var end = set.Master.Server.Features.Store.MaxPhysicalOffset;
        await set.StopAsync(set.Master);
        await slave.Server.ChangeRoleAsync(BrokerRole.Master);
        await slave.SendAsync("Orders", [10]);

        Assert.That(slave.Server.Features.Store.MaxOffset("Orders", 0), Is.EqualTo(11));
        var pulled = TestBroker.Messages(await slave.PullAsync("Orders", 0, 0));
        Assert.That(pulled.Select(message => message.Body[0]), Is.EqualTo(Enumerable.Range(0, 11)));
        Assert.That(pulled[^1].PhysicalOffset, Is.EqualTo(end));
    }

    [Test]
    public async Task A_send_to_a_synchronous_master_is_answered_when_the_slave_has_it()
    {
        await using var set = await BrokerSet.StartAsync(options => options with { BrokerRole = ConfiguredRole.SyncMaster });
        Assert.That((await set.Master.SendAsync("Orders", [0])).Code, Is.EqualTo(ResponseCode.SlaveNotAvailable), "there is none");
        var slave = await set.AddSlaveAsync(1);
        await set.SettleAsync(slave);
        for (var i = 0; i < 20; i++)
        {
            Assert.That((await set.Master.SendAsync("Orders", [1])).Code, Is.EqualTo(ResponseCode.Success));
            Assert.That(slave.Server.Features.Store.MaxPhysicalOffset, Is.EqualTo(set.Master.Server.Features.Store.MaxPhysicalOffset));
        }

        await set.StopAsync(slave);
        Assert.That(() => set.Master.Server.Features.Shipping.Slaves, Is.Empty.After(5000, 5));
        Assert.That((await set.Master.SendAsync("Orders", [0])).Code, Is.EqualTo(ResponseCode.SlaveNotAvailable), "it is gone");
    }

    [Test]
    public async Task A_send_that_wants_more_brokers_than_there_are_is_late()
    {
        await using var set = await BrokerSet.StartAsync(options => options with { BrokerRole = ConfiguredRole.SyncMaster, InSyncReplicas = 3, SlaveTimeout = 1000 });
        var slave = await set.AddSlaveAsync(1);
        await set.SettleAsync(slave);
        Assert.That((await set.Master.SendAsync("Orders", [1])).Code, Is.EqualTo(ResponseCode.FlushSlaveTimeout));
        Assert.That((await set.Master.SendAsync("Orders", [1], properties: [new("WAIT", "false")])).Code, Is.EqualTo(ResponseCode.Success), "it does not wait");
        await set.SettleAsync(await set.AddSlaveAsync(2));
        Assert.That((await set.Master.SendAsync("Orders", [1])).Code, Is.EqualTo(ResponseCode.Success));
    }
}
