using RocketMQ.Controller.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Controller.Tests;

public class ElectionTests
{
    [Test]
    public async Task The_first_broker_of_a_set_becomes_its_master_before_it_is_heard_and_stays_it()
    {
        await using var controller = await TestController.StartAsync();
        var first = await controller.BrokerAsync(1);
        await first.ApplyAsync();
        await first.RegisterAsync();
        var reply = await first.ElectAsync();
        Assert.That((reply.Code, reply.ReadHeader<ElectMasterResponseHeader>().MasterEpoch), Is.EqualTo((ResponseCode.Success, 1)));

        controller.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.That((await first.ElectAsync()).Code, Is.EqualTo(ResponseCode.ControllerMasterStillExist));
        await first.HeartbeatAsync();
        controller.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.That((await controller.MasterAsync()).MasterEpoch, Is.EqualTo(1));
    }

    [Test]
    public async Task A_broker_that_is_no_member_does_not_become_the_first_master()
    {
        await using var controller = await TestController.StartAsync();
        await (await controller.BrokerAsync(1)).ApplyAsync();
        Assert.That((await (await controller.BrokerAsync(8)).ElectAsync()).Code, Is.EqualTo(ResponseCode.ControllerBrokerNeedToBeRegistered));
        Assert.That((await controller.MasterAsync()).MasterBrokerId, Is.Null);
    }

    [Test]
    public async Task A_broken_connection_elects_at_once_and_the_living_are_told()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(3, 1, 4, 9, 1, 2, 3));
        var brokers = await HeardAsync(controller, 1, 2, 3);
        await brokers[0].DieAsync();

        Assert.That(await controller.MasterBecomesAsync(2), Is.EqualTo(5));
        await TestController.EventuallyAsync(() => Task.FromResult(brokers[1].Notices.Count == 1 && brokers[2].Notices.Count == 1));
        Assert.That(brokers[2].Notices.TryPeek(out var notice));
        Assert.That(
            (notice.Header.MasterBrokerId, notice.Header.MasterAddress, notice.Header.MasterEpoch, notice.Header.SyncStateSetEpoch),
            Is.EqualTo((2L, TestController.AddressOf(2), 5, 10)));
        Assert.That((notice.Set.SyncStateSetEpoch, notice.Set.BrokerIds.Single()), Is.EqualTo((10, 2L)));
        Assert.That(brokers[0].Notices, Is.Empty);
    }

    [TestCase(10_000)]
    [TestCase(1_500)]
    [TestCase(300)]
    public async Task A_broker_that_falls_silent_is_missed_when_the_time_it_named_is_over(int timeoutMs)
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var brokers = await HeardAsync(controller, 1, 2);
        controller.Time.Advance(TimeSpan.FromSeconds(6));
        (brokers[0].Timeout, brokers[1].Timeout) = (timeoutMs, 60_000);
        await Task.WhenAll(brokers.Select(broker => broker.HeartbeatAsync()));
        controller.Time.Advance(TimeSpan.FromMilliseconds(timeoutMs - 1));
        Assert.That((await controller.MasterAsync()).MasterBrokerId, Is.EqualTo(1));

        controller.Time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.That(await controller.MasterBecomesAsync(2), Is.EqualTo(5));
    }

    /// <summary>Apache's controller keeps the connection of the first heartbeat, and deposes a healthy master when that one has idled out.</summary>
    [Test]
    public async Task The_end_of_a_connection_that_heartbeats_have_left_harms_nobody()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var brokers = await HeardAsync(controller, 1, 2);
        var old = controller.NewClient();
        await controller.InvokeAsync(RequestCode.BrokerHeartbeat, Heartbeat(1), via: old);
        brokers[0].TakeNewConnection();
        await brokers[0].HeartbeatAsync();
        await old.DisposeAsync();

        // Another's, which counts, is seen after it.
        await brokers[1].DieAsync();
        await TestController.EventuallyAsync(async () => (await controller.InfoAsync()).InSyncReplicas.Count(each => each.Alive) == 1);
        Assert.That((await controller.MasterAsync()).MasterEpoch, Is.EqualTo(4));
    }

    private static IEnumerable<TestCaseData> Rivals =>
    [
        new TestCaseData((7, 0L, int.MaxValue), (6, long.MaxValue, int.MinValue), 2).SetArgDisplayNames("a later epoch"),
        new TestCaseData((6, 10L, int.MaxValue), (6, 11L, int.MaxValue), 3).SetArgDisplayNames("a longer log"),
        new TestCaseData((6, 10L, 5), (6, 10L, 4), 3).SetArgDisplayNames("a better priority"),
        new TestCaseData((6, 10L, 5), (6, 10L, 5), 2).SetArgDisplayNames("a smaller id"),
        new TestCaseData((6, 3_000_000_000L, 5), (6, 1L, 5), 2).SetArgDisplayNames("more than 31 bits longer"),
        new TestCaseData((6, long.MaxValue, 5), (6, -1L, 5), 2).SetArgDisplayNames("offsets whose difference has no place"),
        new TestCaseData((6, 1L, int.MinValue), (6, 1L, int.MaxValue), 2).SetArgDisplayNames("priorities whose difference has no place"),
        new TestCaseData((6, 1L, int.MaxValue), (6, 1L, int.MinValue), 3).SetArgDisplayNames("and the other way round"),
    ];

    [TestCaseSource(nameof(Rivals))]
    public async Task Of_those_in_step_wins(
        (int Epoch, long Offset, int Priority) second, (int Epoch, long Offset, int Priority) third, int winner)
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(3, 1, 7, 9, 1, 2, 3));
        var brokers = await HeardAsync(controller, 1, 2, 3);
        foreach (var (broker, says) in brokers.Skip(1).Zip([second, third]))
        {
            (broker.Epoch, broker.MaxOffset, broker.Priority) = says;
            await broker.HeartbeatAsync();
        }

        await brokers[0].DieAsync();
        Assert.That(await controller.MasterBecomesAsync(winner), Is.EqualTo(8));
    }

    [Test]
    public async Task Nobody_outside_the_sync_state_set_becomes_master_and_an_election_in_vain_changes_nothing()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 2, 20, 39, 2));
        var brokers = await HeardAsync(controller, 1, 2);
        brokers[0].MaxOffset = 1_000_000;
        await brokers[0].HeartbeatAsync();
        await brokers[1].DieAsync();
        await TestController.EventuallyAsync(async () => !(await controller.InfoAsync()).InSyncReplicas.Single().Alive);
        Assert.That((await brokers[0].ElectAsync()).Code, Is.EqualTo(ResponseCode.ControllerElectMasterFailed));
        Assert.That((await brokers[0].ElectAsync(designate: true)).Code, Is.EqualTo(ResponseCode.ControllerElectMasterFailed));
        controller.Time.Advance(TimeSpan.FromSeconds(9));

        var info = await controller.InfoAsync();
        Assert.That((info.MasterBrokerId, info.MasterEpoch, info.SyncStateSetEpoch), Is.EqualTo((2L, 20, 39)));
    }

    [Test]
    public async Task An_unclean_election_is_made_as_soon_as_it_is_allowed()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 2, 20, 39, 2));
        var brokers = await HeardAsync(controller, 1, 2);
        await brokers[1].DieAsync();
        await TestController.EventuallyAsync(async () => !(await controller.InfoAsync()).InSyncReplicas.Single().Alive);
        Assert.That((await controller.InvokeAsync(RequestCode.UpdateControllerConfig, body: "enableElectUncleanMaster=true"u8.ToArray())).Code, Is.Zero);

        Assert.That((await brokers[0].ElectAsync()).Code, Is.Zero);
        Assert.That(await controller.MasterBecomesAsync(1), Is.EqualTo(21));
    }

    [Test]
    public async Task A_master_that_was_cut_off_for_a_moment_leads_on_in_its_epoch()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(1, 1, 4, 9, 1));
        var master = (await HeardAsync(controller, 1))[0];
        await master.DieAsync();
        await TestController.EventuallyAsync(async () => !(await controller.InfoAsync()).InSyncReplicas.Single().Alive);
        await master.HeartbeatAsync();
        Assert.That((await master.ElectAsync()).Code, Is.EqualTo(ResponseCode.ControllerMasterStillExist));
        Assert.That((await controller.MasterAsync()).MasterEpoch, Is.EqualTo(4));
    }

    /// <summary>Its log may have lost an end that others have: a new epoch shows them.</summary>
    [Test]
    public async Task A_master_that_begins_anew_leads_in_a_new_epoch_though_nobody_missed_it([Values] bool isHeardFirst)
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(1, 1, 4, 9, 1));
        var master = (await HeardAsync(controller, 1))[0];
        master.TakeNewConnection();
        Assert.That((await master.RegisterAsync()).ReadHeader<RegisterBrokerToControllerResponseHeader>().MasterBrokerId, Is.Null);
        if (isHeardFirst)
        {
            await master.HeartbeatAsync();
            await TestController.EventuallyAsync(async () => (await controller.MasterAsync()).MasterBrokerId == 1);
        }

        Assert.That((await master.ElectAsync()).Code, Is.EqualTo(isHeardFirst ? ResponseCode.ControllerMasterStillExist : ResponseCode.Success));
        Assert.That((await controller.MasterAsync()).MasterEpoch, Is.GreaterThan(4));
    }

    [Test]
    public async Task A_master_that_begins_anew_is_followed_by_one_that_is_in_step_and_has_more()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var brokers = await HeardAsync(controller, 1, 2);
        brokers[0].TakeNewConnection();
        await brokers[0].RegisterAsync();
        Assert.That(await controller.MasterBecomesAsync(2), Is.GreaterThan(4));
    }

    [Test]
    public async Task A_set_whose_last_member_in_step_returns_has_a_master_at_its_first_heartbeat()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var brokers = await HeardAsync(controller, 1);
        await brokers[0].DieAsync();
        await TestController.EventuallyAsync(async () => !(await controller.InfoAsync()).InSyncReplicas[0].Alive);
        var second = (await HeardAsync(controller, 2))[0];
        Assert.That(await controller.MasterBecomesAsync(2), Is.EqualTo(5));
        await TestController.EventuallyAsync(() => Task.FromResult(second.Notices.Count == 1));
    }

    [Test]
    public async Task An_operator_s_choice_becomes_master_while_the_other_lives()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var brokers = await HeardAsync(controller, 1, 2);
        var reply = await brokers[1].ElectAsync(designate: true);
        Assert.That((reply.Code, reply.ReadHeader<ElectMasterResponseHeader>().MasterEpoch), Is.EqualTo((ResponseCode.Success, 5)));
        Assert.That(reply.ReadBody<ElectMasterResponseBody>().BrokerMemberGroup!.BrokerAddrs, Has.Count.EqualTo(2));
        await TestController.EventuallyAsync(() => Task.FromResult(brokers[0].Notices.Count == 1 && brokers[1].Notices.Count == 1));
    }

    /// <summary>Apache's clears the master then.</summary>
    [Test]
    public async Task An_election_that_names_nobody_leaves_a_healthy_master_alone()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        await HeardAsync(controller, 1, 2);
        var request = RemotingCommand.Request(RequestCode.ControllerElectMaster);
        request.AddField("clusterName", TestController.Cluster);
        request.AddField("brokerName", TestController.SetName);
        request.AddField("designateElect", "true");
        var reply = await controller.InvokeAsync(request);
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.ControllerElectMasterFailed, "Failed to elect a new master: designateElect names nobody, set brokerId")));
        var master = await controller.MasterAsync();
        Assert.That((master.MasterBrokerId, master.MasterEpoch), Is.EqualTo((1L, 4)));
    }

    [Test]
    public async Task A_controller_that_has_just_begun_gives_brokers_time_to_be_heard()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var second = (await HeardAsync(controller, 2))[0];
        Assert.That((await second.ElectAsync()).Code, Is.EqualTo(ResponseCode.ControllerMasterStillExist));
        Assert.That((await second.RegisterAsync()).ReadHeader<RegisterBrokerToControllerResponseHeader>().MasterBrokerId, Is.EqualTo(1));
        await second.HeartbeatAsync();
        controller.Time.Advance(TimeSpan.FromMilliseconds(4_990));
        Assert.That((await controller.MasterAsync()).MasterBrokerId, Is.EqualTo(1));

        controller.Time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.That(await controller.MasterBecomesAsync(2), Is.EqualTo(5));
    }

    [Test]
    public async Task Who_is_missed_in_that_time_is_missed_at_once()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var brokers = await HeardAsync(controller, 1, 2);
        await brokers[0].DieAsync();
        Assert.That(await controller.MasterBecomesAsync(2), Is.EqualTo(5));
    }

    /// <summary>A controller that lost its state would else begin at 1, and brokers follow nobody back.</summary>
    [Test]
    public async Task A_new_epoch_is_beyond_any_that_a_broker_has([Values(50, 51)] int epoch)
    {
        await using var controller = await TestController.StartAsync();
        var broker = await controller.BrokerAsync(1);
        await broker.ApplyAsync();
        broker.Epoch = epoch;
        await broker.HeartbeatAsync();
        await broker.ElectAsync();
        Assert.That((await controller.MasterAsync()).MasterEpoch, Is.EqualTo(epoch + 1));
    }

    [Test]
    public async Task An_epoch_without_bounds_is_not_believed()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var brokers = await HeardAsync(controller, 1, 2);
        brokers[1].Epoch = int.MaxValue;
        await brokers[1].HeartbeatAsync();
        await brokers[0].DieAsync();
        Assert.That(await controller.MasterBecomesAsync(2), Is.EqualTo(5));
    }

    internal static async Task<List<TestBroker>> HeardAsync(TestController controller, params long[] ids)
    {
        var brokers = new List<TestBroker>();
        foreach (var id in ids)
        {
            var broker = await controller.BrokerAsync(id);
            await broker.HeartbeatAsync();
            brokers.Add(broker);
        }

        return brokers;
    }

    private static BrokerHeartbeatRequestHeader Heartbeat(long id) => new()
    {
        ClusterName = TestController.Cluster,
        BrokerName = TestController.SetName,
        BrokerAddr = TestController.AddressOf(id),
        BrokerId = id,
    };
}
