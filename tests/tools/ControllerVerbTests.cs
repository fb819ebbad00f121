using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Controller;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Transport;
using RocketMQ.TestSupport;
using RocketMQ.Tools.Tests.Support;

namespace RocketMQ.Tools.Tests;

/// <summary>Texts are those that Apache's mqadmin printed.</summary>
public class ControllerVerbTests
{
    private TestFolder _folder = null!;
    private ControllerServer _controller = null!;
    private RemotingClient _client = null!;

    private string Address => $"127.0.0.1:{_controller.LocalEndPoint.Port}";

    [SetUp]
    public async Task StartAsync()
    {
        _folder = new TestFolder();
        var options = new ControllerOptions { BindAddress = "127.0.0.1", ListenPort = 0, ControllerStorePath = _folder.Path, ConfigStorePath = _folder.File("controller.conf") };
        _controller = new ControllerServer(options, ControllerServer.FileStore(options), TimeProvider.System, NullLoggerFactory.Instance, SocketTransport.Pooled);
        await _controller.StartAsync();
        _client = new RemotingClient(RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        for (var id = 1; id <= 2; id++)
        {
            await AskAsync(RequestCode.ControllerApplyBrokerId, new ApplyBrokerIdRequestHeader { ClusterName = "DefaultCluster", BrokerName = "broker-a", AppliedBrokerId = id, RegisterCheckCode = $"127.0.0.1:{id}0911;1" });
        }

        await AskAsync(RequestCode.BrokerHeartbeat, new BrokerHeartbeatRequestHeader { ClusterName = "DefaultCluster", BrokerName = "broker-a", BrokerAddr = "127.0.0.1:10911", BrokerId = 1 });
        await AskAsync(RequestCode.ControllerElectMaster, new ElectMasterRequestHeader { ClusterName = "DefaultCluster", BrokerName = "broker-a", BrokerId = 1 });
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _controller.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task GetControllerMetaData_shows_who_leads() => Assert.That(
        (await LiveHost.RunAsync($"getControllerMetaData -a {Address}")).Done().Output,
        Is.EqualTo($"\n#ControllerGroup\tgroup1\n#ControllerLeaderId\tn0\n#ControllerLeaderAddress\t{Address}\n#Peer:\tn0:{Address}\n"));

    [Test]
    public async Task GetSyncStateSet_shows_a_set() => Assert.That(
        (await LiveHost.RunAsync($"getSyncStateSet -a {Address} -b broker-a")).Done().Output,
        Is.EqualTo(
            "\n#brokerName\tbroker-a\n#MasterBrokerId\t1\n#MasterAddr\t127.0.0.1:10911\n#MasterEpoch\t1\n#SyncStateSetEpoch\t1\n#SyncStateSetNums\t1\n\n"
            + "InSyncReplica:\tReplicaIdentity{brokerName='broker-a', brokerId=1, brokerAddress='127.0.0.1:10911', alive=true}\n\n"
            + "NotInSyncReplica:\tReplicaIdentity{brokerName='broker-a', brokerId=2, brokerAddress='127.0.0.1:20911', alive=false}\n"));

    [Test]
    public async Task GetSyncStateSet_asks_for_all_sets_of_a_cluster_and_says_when_there_is_none()
    {
        Assert.That((await LiveHost.RunAsync($"getSyncStateSet -a {Address} -c {LiveHost.Cluster} --json")).Done().Json["sets"]![0]!["brokerName"]!.ToString(), Is.EqualTo("broker-a"));
        Assert.That((await LiveHost.RunAsync($"getSyncStateSet -a {Address} -b nothing")).Error, Does.Contain("The controller knows no broker set nothing."));
        Assert.That((await LiveHost.RunAsync($"getSyncStateSet -a {Address}")).Error, Does.Contain("getSyncStateSet needs -b with a broker set or -c with a cluster."));
    }

    [Test]
    public async Task GetBrokerEpoch_shows_the_epochs_of_each_broker_and_ends_the_last_where_the_log_does()
    {
        await using var master = await RecordedServer.StartAsync(RequestCode.GetBrokerEpochCache, Epochs(brokerId: 0));
        await using var slave = await RecordedServer.StartAsync(RequestCode.GetBrokerEpochCache, Epochs(brokerId: 2));
        await using var nameServer = await RecordedServer.StartAsync(
            RequestCode.GetBrokerClusterInfo,
            $"{{\"brokerAddrTable\":{{\"broker-a\":{{\"brokerAddrs\":{{0:\"{master.Address}\",2:\"{slave.Address}\"}},\"brokerName\":\"broker-a\",\"cluster\":\"DefaultCluster\","
            + "\"enableActingMaster\":false}},\"clusterAddrTable\":{\"DefaultCluster\":[\"broker-a\"]}}");
        var shown = Shown(0, master) + Shown(2, slave);

        Assert.That((await RunAsync("-b broker-a")).Done().Output, Is.EqualTo(shown));
        Assert.That((await RunAsync("-c DefaultCluster")).Done().Output, Is.EqualTo(shown));
        Assert.That((await RunAsync("-b broker-a --json")).Done().Json["brokers"]!.Count(), Is.EqualTo(2));
        Assert.That((await RunAsync("-b nothing")).Error, Does.Contain("The name server knows no broker set nothing."));
        Assert.That((await RunAsync("")).Error, Does.Contain("getBrokerEpoch needs -b with a broker set or -c with a cluster."));

        Task<Outcome> RunAsync(string words) => LiveHost.RunAsync([.. $"getBrokerEpoch -n {nameServer.Address} {words}".Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        static string Epochs(int brokerId) =>
            $"{{\"brokerId\":{brokerId},\"brokerName\":\"broker-a\",\"clusterName\":\"DefaultCluster\",\"epochList\":[{{\"endOffset\":46990,\"epoch\":1,\"startOffset\":0}},"
            + "{\"endOffset\":9223372036854775807,\"epoch\":7,\"startOffset\":95960}],\"maxOffset\":97208}";

        static string Shown(int id, RecordedServer broker) =>
            $"\n#clusterName\tDefaultCluster\n#brokerName\tbroker-a\n#brokerAddr\t{broker.Address}\n#brokerId\t{id}\n#Epoch: EpochEntry{{epoch=1, startOffset=0, endOffset=46990}}\n"
            + "#Epoch: EpochEntry{epoch=7, startOffset=95960, endOffset=97208}\n";
    }

    [Test]
    public async Task ElectMaster_names_the_new_master_or_the_reason()
    {
        Assert.That((await LiveHost.RunAsync($"electMaster -a {Address} -b 2 -bn broker-a -c DefaultCluster")).Error, Does.Contain("Failed to elect a new master"));
        await AskAsync(RequestCode.CleanBrokerData, new CleanControllerBrokerDataRequestHeader { BrokerName = "broker-a", BrokerControllerIdsToClean = "2" });
        Assert.That((await LiveHost.RunAsync($"electMaster -a {Address} -b 1 -bn broker-a -c DefaultCluster")).Error, Does.Contain("The old master 1 is still alive"));
    }

    [Test]
    public async Task CleanBrokerMetadata_forgets_the_dead_and_not_the_living()
    {
        Assert.That((await LiveHost.RunAsync($"cleanBrokerMetadata -a {Address} -bn broker-a -b 1")).Error, Does.Contain("is still alive, clean up failure"));
        Assert.That((await LiveHost.RunAsync($"cleanBrokerMetadata -a {Address} -bn broker-a -b 2")).Done().Output, Does.Contain("clear broker broker-a metadata from controller success!"));
        Assert.That((await LiveHost.RunAsync($"cleanBrokerMetadata -a {Address} -bn broker-a -l")).Done().Output, Does.Contain("success"));
    }

    [Test]
    public async Task GetControllerConfig_and_updateControllerConfig_show_and_change_keys()
    {
        Assert.That((await LiveHost.RunAsync($"updateControllerConfig -a {Address} -k enableElectUncleanMaster -v true")).Done().Output, Does.Contain($"update controller config success![{Address}]\nenableElectUncleanMaster : true"));
        Assert.That((await LiveHost.RunAsync($"getControllerConfig -a {Address}")).Done().Output, Does.Contain($"============{Address}============").And.Match(@"(?m)^enableElectUncleanMaster\s+=  true"));
        Assert.That((await LiveHost.RunAsync($"updateControllerConfig -a {Address} -k configStorePath -v /x")).Error, Does.Contain("Can not update config in black list."));
    }

    private async Task AskAsync(int code, ICommandHeader header)
    {
        var reply = await _client.InvokeAsync(Address, RemotingCommand.Request(code, header), TimeSpan.FromSeconds(20));
        Assert.That(reply.Code, Is.Zero, reply.Remark);
    }
}
