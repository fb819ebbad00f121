using RocketMQ.Controller.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Controller.Tests;

public class MembershipTests
{
    [Test]
    public async Task Ids_are_given_once_and_never_again()
    {
        await using var controller = await TestController.StartAsync();
        await (await controller.BrokerAsync(1)).ApplyAsync();
        await (await controller.BrokerAsync(2)).ApplyAsync();
        await controller.RestartAsync();
        Assert.That((await (await controller.BrokerAsync(1)).ApplyAsync()).Code, Is.Zero, "the same broker again");
        Assert.That((await controller.InvokeAsync(RequestCode.CleanBrokerData, Clean("2"))).Code, Is.Zero);
        Assert.That(await NextIdAsync(controller), Is.EqualTo(3));
    }

    [Test]
    public async Task After_an_id_beyond_the_next_comes_one_beyond_that()
    {
        await using var controller = await TestController.StartAsync();
        await (await controller.BrokerAsync(1)).ApplyAsync();
        Assert.That((await (await controller.BrokerAsync(5)).ApplyAsync()).Code, Is.Zero);
        Assert.That(await NextIdAsync(controller), Is.EqualTo(6));
    }

    [Test]
    public async Task An_address_that_changed_is_told_to_others()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        await controller.InvokeAsync(RequestCode.ControllerRegisterBroker, new RegisterBrokerToControllerRequestHeader
        {
            ClusterName = TestController.Cluster, BrokerName = TestController.SetName, BrokerId = 2, BrokerAddress = "10.0.0.7:10911",
        });
        Assert.That((await controller.InfoAsync()).InSyncReplicas[1].BrokerAddress, Is.EqualTo("10.0.0.7:10911"));
    }

    [Test]
    public async Task Who_lives_is_not_cleaned_unless_that_is_meant()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(3, 1, 4, 9, 1, 2));
        await ElectionTests.HeardAsync(controller, 3);
        var reply = await controller.InvokeAsync(RequestCode.CleanBrokerData, Clean("3"));
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.ControllerInvalidCleanBrokerMetadata, "Broker [broker-a,  3] is still alive, clean up failure")));
        Assert.That((await controller.InvokeAsync(RequestCode.CleanBrokerData, Clean(null))).Code, Is.EqualTo(ResponseCode.ControllerInvalidCleanBrokerMetadata));
        Assert.That((await controller.InvokeAsync(RequestCode.CleanBrokerData, Clean("3", isLiving: true))).Code, Is.Zero);
        Assert.That((await controller.InfoAsync()).NotInSyncReplicas, Is.Empty);
    }

    /// <summary>Apache's forgets the set's state then, and begins again at epoch 1, which no broker follows.</summary>
    [Test]
    public async Task The_last_that_is_in_step_is_not_cleaned_while_others_are_left([Values] bool isLiving)
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1));
        var reply = await controller.InvokeAsync(RequestCode.CleanBrokerData, Clean("1", isLiving));
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((
            ResponseCode.ControllerInvalidCleanBrokerMetadata,
            "Broker-set broker-a would have nobody left to elect: its sync-state set is 1. Elect another master first (enableElectUncleanMaster), or clean the whole set")));
        Assert.That((await controller.InvokeAsync(RequestCode.CleanBrokerData, Clean("1;2", isLiving))).Code, Is.Zero);
        Assert.That((await controller.InvokeAsync(RequestCode.ControllerGetReplicaInfo, new GetReplicaInfoRequestHeader { BrokerName = TestController.SetName })).Code, Is.EqualTo(ResponseCode.ControllerBrokerMetadataNotExist));
    }

    [Test]
    public async Task When_a_master_is_cleaned_away_another_is_elected()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        await ElectionTests.HeardAsync(controller, 1, 2);
        Assert.That((await controller.InvokeAsync(RequestCode.CleanBrokerData, Clean("1", isLiving: true))).Code, Is.Zero);
        Assert.That(await controller.MasterBecomesAsync(2), Is.EqualTo(6));
    }

    [Test]
    public async Task A_broker_of_another_cluster_is_not_taken_for_one_of_the_set()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        await (await controller.BrokerAsync(1, cluster: "Other")).HeartbeatAsync();
        Assert.That((await controller.InfoAsync()).InSyncReplicas.Any(replica => replica.Alive), Is.False);
    }

    private static async Task<long?> NextIdAsync(TestController controller) =>
        (await controller.InvokeAsync(RequestCode.ControllerGetNextBrokerId, new GetNextBrokerIdRequestHeader { ClusterName = TestController.Cluster, BrokerName = TestController.SetName }))
            .ReadHeader<GetNextBrokerIdResponseHeader>().NextBrokerId;

    private static CleanControllerBrokerDataRequestHeader Clean(string? ids, bool isLiving = false) => new()
    {
        ClusterName = TestController.Cluster, BrokerName = TestController.SetName, BrokerControllerIdsToClean = ids, IsCleanLivingBroker = isLiving,
    };
}
