using RocketMQ.Controller.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Controller.Tests;

public class SyncStateSetTests
{
    [Test]
    public async Task A_master_changes_its_set_and_nobody_is_told()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1));
        var brokers = await ElectionTests.HeardAsync(controller, 1, 2);
        var reply = await brokers[0].AlterAsync(4, 9, 1, 2);
        Assert.That((reply.Code, reply.ReadHeader<AlterSyncStateSetResponseHeader>().NewSyncStateSetEpoch), Is.EqualTo((ResponseCode.Success, 10)));
        Assert.That(reply.ReadBody<SyncStateSet>().BrokerIds, Is.EqualTo(new[] { 1L, 2L }));
        Assert.That(brokers.SelectMany(broker => broker.Notices), Is.Empty);
    }

    [Test]
    public async Task A_dead_broker_is_not_taken_in_once_the_time_after_a_start_is_over()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1));
        controller.Time.Advance(TimeSpan.FromSeconds(5));
        var master = (await ElectionTests.HeardAsync(controller, 1))[0];
        var reply = await master.AlterAsync(4, 9, 1, 2);
        Assert.That(
            (reply.Code, reply.Remark),
            Is.EqualTo((ResponseCode.ControllerBrokerNotAlive, "Rejecting alter syncStateSet request because the replicas {2} don't alive")));
    }

    /// <summary>Two changes of what both read: one is made, and the other finds out.</summary>
    [Test]
    public async Task Of_two_changes_at_once_one_is_made()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(3, 1, 4, 9, 1));
        var master = (await ElectionTests.HeardAsync(controller, 1, 2, 3))[0];
        for (var epoch = 9; epoch < 59; epoch++)
        {
            var replies = epoch % 2 != 0
                ? await Task.WhenAll(master.AlterAsync(4, epoch, 1, 2), master.AlterAsync(4, epoch, 1, 3))
                : await Task.WhenAll(master.AlterAsync(4, epoch, 1), master.AlterAsync(4, epoch, 1, 2, 3));
            Assert.That(replies.Select(reply => reply.Code), Is.EquivalentTo(new[] { ResponseCode.Success, ResponseCode.ControllerFencedSyncStateSetEpoch }));
        }
    }

    [Test]
    public async Task A_deposed_master_changes_nothing()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var brokers = await ElectionTests.HeardAsync(controller, 1, 2);
        await brokers[1].ElectAsync(designate: true);
        Assert.That((await brokers[0].AlterAsync(4, 9, 1)).Code, Is.EqualTo(ResponseCode.ControllerInvalidMaster));
        Assert.That((await brokers[0].AlterAsync(5, 10, 1, 2)).Code, Is.EqualTo(ResponseCode.ControllerInvalidMaster));
        Assert.That((await controller.InfoAsync()).InSyncReplicas.Select(replica => replica.BrokerId), Is.EqualTo(new[] { 2L }));
    }
}
