using System.Text;
using RocketMQ.Controller.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Controller.Tests;

/// <summary>Requests that no broker sends: each is answered, changes nothing, and leaves the controller as good as before.</summary>
public class HostileTests
{
    private static readonly int[] Codes =
    [
        RequestCode.BrokerHeartbeat, RequestCode.ControllerAlterSyncStateSet, RequestCode.ControllerElectMaster, RequestCode.ControllerRegisterBroker,
        RequestCode.ControllerGetReplicaInfo, RequestCode.ControllerGetSyncStateData, RequestCode.CleanBrokerData, RequestCode.ControllerApplyBrokerId,
    ];

    private static readonly string[] Names =
        ["brokerName", "clusterName", "brokerId", "masterBrokerId", "masterEpoch", "brokerAddress", "brokerAddr", "appliedBrokerId", "registerCheckCode", "designateElect", "brokerControllerIdsToClean", "isCleanLivingBroker"];

    [Test]
    public async Task Without_any_field_a_request_is_refused([ValueSource(nameof(Codes))] int code)
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var reply = await controller.InvokeAsync(RemotingCommand.Request(code, body: "{}"u8.ToArray()));
        Assert.That(reply.Code, Is.Not.Zero);
        await IsAsBeforeAsync(controller);
    }

    [Test]
    public async Task Fields_of_all_kinds_are_answered_and_change_nothing([ValueSource(nameof(Codes))] int code)
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var random = new Random(code);
        string[] values =
        [
            "", "-1", "0", "9", "9223372036854775807", "-9223372036854775808", "2147483648", "1e3", "1.0", "NaN", "null", "true", "../../x", "a\nb", ";", ";;1;", "broker-z",
            new string('x', 100_000), "127.0.0.1:99999999", "\u202e", "{}", "\0",
        ];
        string[] bodies = ["", "{}", "[]", "null", "[1,2]", "[\"broker-a\",null,[]]", "{\"syncStateSet\":\"x\"}", "{\"syncStateSet\":[1,null,-1,1]}", "{\"syncStateSet\":[9223372036854775808]}", new string('[', 5000), "\0\u0001"];
        for (var i = 0; i < 300; i++)
        {
            var request = RemotingCommand.Request(code, body: Encoding.UTF8.GetBytes(bodies[random.Next(bodies.Length)]));
            foreach (var name in Names.Where(_ => random.Next(3) > 0))
            {
                request.AddField(name, values[random.Next(values.Length)]);
            }

            Assert.That((await controller.InvokeAsync(request)).Remark ?? "", Has.Length.LessThan(3000));
        }

        await IsAsBeforeAsync(controller);
    }

    [Test]
    public async Task A_set_of_more_members_than_there_can_be_is_refused()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        var master = (await ElectionTests.HeardAsync(controller, 1, 2))[0];
        var reply = await master.AlterAsync(4, 9, [.. Enumerable.Range(1, 500_000).Select(id => (long)id)]);
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((
            ResponseCode.ControllerInvalidReplicas, "Rejecting alter syncStateSet request because it has 500000 members: maxBrokerNumInSet is 64")));
    }

    [Test]
    public async Task Sets_and_brokers_have_limits_that_refusals_name()
    {
        await using var controller = await TestController.StartAsync(options => options with { MaxBrokerSetNum = 3, MaxBrokerNumInSet = 2 });
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await (await controller.BrokerAsync(1, $"set-{i}")).ApplyAsync()).Code, Is.Zero);
        }

        var fourth = await (await controller.BrokerAsync(1, "set-3")).ApplyAsync();
        Assert.That((fourth.Code, fourth.Remark), Is.EqualTo((
            ResponseCode.SystemError, "This controller has 3 broker sets, maxBrokerSetNum is 3: clean those that are gone, or raise it")));
        Assert.That((await (await controller.BrokerAsync(2, "set-1")).ApplyAsync()).Code, Is.Zero);
        var third = await (await controller.BrokerAsync(3, "set-1")).ApplyAsync();
        Assert.That((third.Code, third.Remark), Is.EqualTo((
            ResponseCode.SystemError, "Broker-set set-1 has 2 brokers, maxBrokerNumInSet is 2: clean those that are gone, or raise it")));
    }

    [Test]
    public async Task Heartbeats_of_brokers_that_nobody_knows_take_no_room()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1, 2));
        for (var i = 3; i < 500; i++)
        {
            var header = new BrokerHeartbeatRequestHeader { ClusterName = TestController.Cluster, BrokerAddr = "h:1", BrokerName = i % 2 == 0 ? TestController.SetName : $"set-{i}", BrokerId = i };
            Assert.That((await controller.InvokeAsync(RequestCode.BrokerHeartbeat, header)).Code, Is.Zero);
        }

        Assert.That(controller.LiveCount, Is.Zero);
    }

    [TestCase("listenPort=1", ResponseCode.NoPermission)]
    [TestCase("configStorePath=/x", ResponseCode.NoPermission)]
    [TestCase("controllerStorePath=/x", ResponseCode.NoPermission)]
    [TestCase("nothing=1", ResponseCode.NoPermission)]
    [TestCase("scanInactiveMasterInterval=0", ResponseCode.SystemError)]
    [TestCase("enableElectUncleanMaster=maybe", ResponseCode.SystemError)]
    public async Task What_may_not_be_changed_is_not_and_nothing_beside_it(string change, int code)
    {
        await using var controller = await TestController.StartAsync();
        var reply = await controller.InvokeAsync(RequestCode.UpdateControllerConfig, body: Encoding.UTF8.GetBytes($"notifyBrokerRoleChanged=false\n{change}\n"));
        Assert.That(reply.Code, Is.EqualTo(code), reply.Remark);
        Assert.That(Encoding.UTF8.GetString((await controller.InvokeAsync(RequestCode.GetControllerConfig)).Body), Does.Contain("notifyBrokerRoleChanged=true\n"));
        Assert.That(File.Exists(controller.ConfigPath), Is.False);
    }

    [Test]
    public async Task What_may_be_changed_is_written_to_its_file()
    {
        await using var controller = await TestController.StartAsync();
        Assert.That((await controller.InvokeAsync(RequestCode.UpdateControllerConfig, body: "scanInactiveMasterInterval=7000\nelectMasterMaxRetryCount=5\n"u8.ToArray())).Code, Is.Zero);
        var text = Encoding.UTF8.GetString((await controller.InvokeAsync(RequestCode.GetControllerConfig)).Body);
        Assert.That(text, Does.Contain("scanInactiveMasterInterval=7000\n").And.Contain("electMasterMaxRetryCount=5\n").And.Contain("controllerType=FILE\n"));
        Assert.That(await File.ReadAllTextAsync(controller.ConfigPath), Does.Contain("scanInactiveMasterInterval=7000"));
    }

    private static async Task IsAsBeforeAsync(TestController controller)
    {
        var info = await controller.InfoAsync();
        Assert.That(
            (info.MasterBrokerId, info.MasterEpoch, info.SyncStateSetEpoch, info.InSyncReplicas.Count, info.NotInSyncReplicas.Count), Is.EqualTo((1L, 4, 9, 2, 0)));
    }
}
