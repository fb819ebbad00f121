using RocketMQ.NameServer.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Tests;

public class AdminTests
{
    private static readonly TestBroker OtherCluster = new() { Name = "broker-z", Cluster = "Other", Address = "127.0.0.9:10911", Topics = [TestBroker.Topic("Z1"), TestBroker.Topic("T")] };

    [Test]
    public async Task Clusters_are_listed_in_the_dialect_of_Apache()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker());
        await server.RegisterAsync(new TestBroker { Id = 1, Address = "127.0.0.2:10911" });
        Assert.That(
            await server.TextAsync(RequestCode.GetBrokerClusterInfo),
            Is.EqualTo("""{"brokerAddrTable":{"broker-a":{"brokerAddrs":{0:"127.0.0.1:10911",1:"127.0.0.2:10911"},"brokerName":"broker-a","cluster":"DefaultCluster","enableActingMaster":false}},"clusterAddrTable":{"DefaultCluster":["broker-a"]}}"""));
    }

    [Test]
    public async Task Topics_are_listed_in_all_by_cluster_and_of_the_system()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker());
        await server.RegisterAsync(OtherCluster);
        Assert.That(await ListAsync(server, RequestCode.GetAllTopicListFromNameserver), Is.EquivalentTo(new[] { "T", "U", "Z1" }));
        Assert.That(await ListAsync(server, RequestCode.GetTopicsByCluster, new GetTopicsByClusterRequestHeader { Cluster = "Other" }), Is.EquivalentTo(new[] { "T", "Z1" }));
        Assert.That(await ListAsync(server, RequestCode.GetTopicsByCluster, new GetTopicsByClusterRequestHeader { Cluster = "none" }), Is.Empty);

        var system = await server.BodyAsync<TopicList>(RequestCode.GetSystemTopicListFromNs);
        Assert.That(system.Topics, Is.EquivalentTo(new[] { "DefaultCluster", "broker-a", "Other", "broker-z" }));
        Assert.That(system.BrokerAddr, Is.AnyOf("127.0.0.1:10911", "127.0.0.9:10911"));
    }

    [Test]
    public async Task Topics_of_units_are_listed_by_their_flags()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker { Topics = [TestBroker.Topic("none"), TestBroker.Topic("unit", flag: 1), TestBroker.Topic("sub", flag: 2), TestBroker.Topic("both", flag: 3)] });
        Assert.That(await ListAsync(server, RequestCode.GetUnitTopicList), Is.EquivalentTo(new[] { "unit", "both" }));
        Assert.That(await ListAsync(server, RequestCode.GetHasUnitSubTopicList), Is.EquivalentTo(new[] { "sub", "both" }));
        Assert.That(await ListAsync(server, RequestCode.GetHasUnitSubUnunitTopicList), Is.EquivalentTo(new[] { "sub" }));
    }

    [Test]
    public async Task Lists_that_are_switched_off_answer_disable()
    {
        await using var server = await TestNameServer.StartAsync(o => o with { EnableAllTopicList = false, EnableTopicList = false });
        foreach (var code in (int[])[RequestCode.GetAllTopicListFromNameserver, RequestCode.GetUnitTopicList, RequestCode.GetTopicsByCluster])
        {
            var reply = await server.InvokeAsync(code, new GetTopicsByClusterRequestHeader { Cluster = "c" });
            Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.SystemError, "disable")));
        }
    }

    [Test]
    public async Task Write_permission_wiped_stays_wiped_while_the_broker_registers_unchanged_topics_and_comes_back_when_added()
    {
        await using var server = await TestNameServer.StartAsync();
        var broker = new TestBroker { Topics = [TestBroker.Topic("T"), TestBroker.Topic("TBW102", perm: 7)] };
        await server.RegisterAsync(broker);
        await server.RouteAsync("T");
        var wiped = await server.InvokeAsync(RequestCode.WipeWritePermOfBroker, new WipeWritePermOfBrokerRequestHeader { BrokerName = "broker-a" });
        Assert.That(wiped.Field("wipeTopicCount"u8), Is.EqualTo("2"));
        await server.RegisterAsync(broker);
        Assert.That((await server.RouteAsync("T"))!.QueueDatas.Single().Perm, Is.EqualTo(4));
        Assert.That((await server.RouteAsync("TBW102"))!.QueueDatas.Single().Perm, Is.EqualTo(5));

        var added = await server.InvokeAsync(RequestCode.AddWritePermOfBroker, new AddWritePermOfBrokerRequestHeader { BrokerName = "broker-a" });
        Assert.That(added.Field("addTopicCount"u8), Is.EqualTo("2"));
        Assert.That((await server.RouteAsync("T"))!.QueueDatas.Single().Perm, Is.EqualTo(6));
        var nobody = await server.InvokeAsync(RequestCode.WipeWritePermOfBroker, new WipeWritePermOfBrokerRequestHeader { BrokerName = "nobody" });
        Assert.That(nobody.Field("wipeTopicCount"u8), Is.EqualTo("0"));
    }

    [Test]
    public async Task A_topic_is_deleted_in_one_cluster_or_everywhere()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker());
        await server.RegisterAsync(OtherCluster);
        await server.InvokeAsync(RequestCode.DeleteTopicInNamesrv, new DeleteTopicFromNamesrvRequestHeader { Topic = "T", ClusterName = "Other" });
        Assert.That((await server.RouteAsync("T"))!.QueueDatas.Single().BrokerName, Is.EqualTo("broker-a"));
        await server.InvokeAsync(RequestCode.DeleteTopicInNamesrv, new DeleteTopicFromNamesrvRequestHeader { Topic = "T" });
        Assert.That(await server.RouteAsync("T"), Is.Null);
        Assert.That(await server.RouteAsync("U"), Is.Not.Null);
    }

    [Test]
    public async Task A_single_topic_is_registered_on_known_brokers_only()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker());
        async Task<int> RegisterAsync(string topic, string broker)
        {
            var route = new TopicRouteData { QueueDatas = [new QueueData { BrokerName = broker, ReadQueueNums = 2, WriteQueueNums = 2, Perm = 6 }] };
            return (await server.InvokeAsync(RequestCode.RegisterTopicInNamesrv, new RegisterTopicRequestHeader { Topic = topic }, RemotingJson.Serialize(route))).Code;
        }

        Assert.That(await RegisterAsync("New", "broker-a"), Is.Zero);
        Assert.That((await server.RouteAsync("New"))!.QueueDatas.Single().ReadQueueNums, Is.EqualTo(2));
        Assert.That(await RegisterAsync("Lost", "broker-x"), Is.Zero);
        Assert.That(await server.RouteAsync("Lost"), Is.Null);
    }

    [Test]
    public async Task Brokers_are_told_when_their_smallest_id_changes()
    {
        await using var server = await TestNameServer.StartAsync(o => o with { NotifyMinBrokerIdChanged = true });
        var notices = System.Threading.Channels.Channel.CreateUnbounded<NotifyMinBrokerIdChangeRequestHeader>();
        var table = new RequestTable.Builder().Add(RequestCode.NotifyMinBrokerIdChange, new FeatureHandler(context =>
        {
            notices.Writer.TryWrite(context.Request.ReadHeader<NotifyMinBrokerIdChangeRequestHeader>());
            return Protocol.Commands.RemotingCommand.Response(0);
        })).Build();
        await using var slave = new RemotingServer(
            new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0), table, new RemotingOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        await slave.StartAsync();
        var address = slave.LocalEndPoint.ToString();
        var master = new TestBroker { EnableActingMaster = true };
        await server.RegisterAsync(master with { Id = 1, Address = address });
        await server.RegisterAsync(master);
        var came = await notices.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That((came.MinBrokerId, came.MinBrokerAddr, came.BrokerName, came.OfflineBrokerAddr), Is.EqualTo((0L, master.Address, "broker-a", (string?)null)));

        await server.UnregisterAsync(master);
        var went = await notices.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That((went.MinBrokerId, went.MinBrokerAddr, went.OfflineBrokerAddr), Is.EqualTo((1L, address, master.Address)));
    }

    private static async Task<IEnumerable<string>> ListAsync(TestNameServer server, int code, Protocol.Commands.ICommandHeader? header = null) =>
        (await server.BodyAsync<TopicList>(code, header)).Topics;
}
