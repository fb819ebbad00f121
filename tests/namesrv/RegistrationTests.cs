using System.Text;
using RocketMQ.NameServer.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.NameServer.Tests;

public class RegistrationTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task A_registered_broker_is_in_the_routes_of_its_topics(bool compressed)
    {
        await using var server = await TestNameServer.StartAsync();
        var reply = await server.RegisterAsync(new TestBroker { Compressed = compressed });
        Assert.That(reply.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(reply.Body.IsEmpty);

        var route = await server.RouteAsync("U");
        Assert.That(route!.QueueDatas.Single(), Is.EqualTo(new QueueData { BrokerName = "broker-a", ReadQueueNums = 8, WriteQueueNums = 8, Perm = 6 }));
        Assert.That(route.BrokerDatas.Single().BrokerAddrs, Is.EqualTo(new Dictionary<long, string> { [0] = "127.0.0.1:10911" }));
    }

    [Test]
    public async Task A_body_that_does_not_match_its_CRC_is_refused_and_changes_nothing()
    {
        await using var server = await TestNameServer.StartAsync();
        var broker = new TestBroker();
        var reply = await server.InvokeAsync(RequestCode.RegisterBroker, broker.Header(bodyCrc32: 12345), RemotingJson.Serialize(broker.Body));
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.SystemError, "crc32 not match")));
        Assert.That(await server.RouteAsync("T"), Is.Null);
    }

    [TestCase("{\"topicConfigSerializeWrapper\":", false)]
    [TestCase("not zlib", true)]
    public async Task A_body_that_can_not_be_read_is_refused_with_what_is_wrong(string body, bool compressed)
    {
        await using var server = await TestNameServer.StartAsync();
        var broker = new TestBroker { Compressed = compressed };
        var reply = await server.InvokeAsync(RequestCode.RegisterBroker, broker.Header(bodyCrc32: 0), Encoding.UTF8.GetBytes(body));
        Assert.That(reply.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(reply.Remark, Does.Contain(compressed ? "compressed registration is damaged" : "not a RegisterBrokerBody"));
    }

    [Test]
    public async Task Before_version_3_0_11_the_body_is_the_topics_alone()
    {
        await using var server = await TestNameServer.StartAsync();
        var broker = new TestBroker { Version = MqVersion.V3_0_11 - 1 };
        var body = RemotingJson.Serialize<TopicConfigSerializeWrapper>(broker.Body.TopicConfigSerializeWrapper);
        await server.InvokeAsync(RequestCode.RegisterBroker, broker.Header(0), body, broker.Version);
        Assert.That(await server.RouteAsync("T"), Is.Not.Null);
    }

    [Test]
    public async Task Before_version_5_a_compressed_body_has_no_mappings()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker { Compressed = true, Version = MqVersion.V4_9_8 });
        Assert.That(await server.RouteAsync("T"), Is.Not.Null);
    }

    [Test]
    public async Task A_registration_without_a_body_names_a_broker_without_topics()
    {
        await using var server = await TestNameServer.StartAsync();
        var reply = await server.InvokeAsync(RequestCode.RegisterBroker, new TestBroker().Header(0));
        Assert.That(reply.Code, Is.EqualTo(ResponseCode.Success));
        var clusters = await server.BodyAsync<ClusterInfo>(RequestCode.GetBrokerClusterInfo);
        Assert.That(clusters.BrokerAddrTable.Keys, Is.EqualTo(new[] { "broker-a" }));
    }

    [Test]
    public async Task A_one_way_registration_is_done_and_not_answered()
    {
        await using var server = await TestNameServer.StartAsync();
        var broker = new TestBroker();
        await server.Client.InvokeOnewayAsync(
            server.Address, RemotingCommand.Request(RequestCode.RegisterBroker, broker.Header(0), RemotingJson.Serialize(broker.Body)));
        await QueryDataVersionAsync(server, broker, broker.DataVersion);
        Assert.That(await server.RouteAsync("T"), Is.Not.Null);
    }

    [Test]
    public async Task A_slave_is_told_where_its_master_is()
    {
        await using var server = await TestNameServer.StartAsync();
        var slave = new TestBroker { Id = 1, Address = "127.0.0.2:10911" };
        var alone = await server.RegisterAsync(slave);
        Assert.That(alone.Field("masterAddr"u8), Is.Null);
        await server.RegisterAsync(new TestBroker());
        var reply = await server.RegisterAsync(slave);
        Assert.That(reply.Field("masterAddr"u8), Is.EqualTo("127.0.0.1:10911"));
        Assert.That(reply.Field("haServerAddr"u8), Is.EqualTo("127.0.0.1:10912"));
    }

    [Test]
    public async Task A_slaves_topics_are_not_taken_while_a_master_speaks_for_the_name()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker());
        await server.RegisterAsync(new TestBroker { Id = 1, Address = "127.0.0.2:10911" }.With(TestBroker.Topic("T", queues: 99), TestBroker.Topic("OnlyOnSlave")));
        var route = await server.RouteAsync("T");
        Assert.That(route!.QueueDatas.Single().ReadQueueNums, Is.EqualTo(4));
        Assert.That(route.BrokerDatas.Single().BrokerAddrs, Has.Count.EqualTo(2));
        Assert.That(await server.RouteAsync("OnlyOnSlave"), Is.Null);
    }

    [Test]
    public async Task A_slave_that_becomes_master_is_listed_once()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker { Id = 1 });
        await server.RegisterAsync(new TestBroker { Id = 0 });
        var route = await server.RouteAsync("T");
        Assert.That(route!.BrokerDatas.Single().BrokerAddrs, Is.EqualTo(new Dictionary<long, string> { [0] = "127.0.0.1:10911" }));
    }

    [Test]
    public async Task A_changed_topic_changes_its_route_and_an_added_one_gets_one()
    {
        await using var server = await TestNameServer.StartAsync();
        var broker = new TestBroker();
        await server.RegisterAsync(broker);
        Assert.That((await server.RouteAsync("T"))!.QueueDatas.Single().WriteQueueNums, Is.EqualTo(4));
        await server.RegisterAsync(broker.With(TestBroker.Topic("T", queues: 16), TestBroker.Topic("V")));
        Assert.That((await server.RouteAsync("T"))!.QueueDatas.Single().WriteQueueNums, Is.EqualTo(16));
        Assert.That(await server.RouteAsync("V"), Is.Not.Null);
        Assert.That(await server.RouteAsync("U"), Is.Not.Null, "what a registration does not name stays");
    }

    [Test]
    public async Task With_deleteTopicWithBrokerRegistration_what_a_registration_does_not_name_goes()
    {
        await using var server = await TestNameServer.StartAsync(o => o with { DeleteTopicWithBrokerRegistration = true });
        var broker = new TestBroker();
        await server.RegisterAsync(broker);
        await server.RouteAsync("U");
        await server.RegisterAsync(broker.With(TestBroker.Topic("T"), TestBroker.Topic("V")));
        Assert.That(await server.RouteAsync("U"), Is.Null);
        Assert.That(await server.RouteAsync("T"), Is.Not.Null);
    }

    [Test]
    public async Task One_topic_alone_is_refused_from_a_broker_that_has_not_registered_and_taken_from_one_that_has()
    {
        await using var server = await TestNameServer.StartAsync();
        var broker = new TestBroker();
        var reply = await server.RegisterAsync(broker.With(TestBroker.Topic("V")));
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.SystemError, "register broker failed")));
        Assert.That((await server.BodyAsync<ClusterInfo>(RequestCode.GetBrokerClusterInfo)).BrokerAddrTable, Is.Empty, "a refusal leaves no trace");

        await server.RegisterAsync(broker);
        Assert.That((await server.RegisterAsync(broker.With(TestBroker.Topic("V")))).Code, Is.Zero);
        Assert.That(await server.RouteAsync("V"), Is.Not.Null);
        Assert.That(await server.RouteAsync("T"), Is.Not.Null);
    }

    [Test]
    public async Task Of_two_brokers_with_one_id_the_one_with_the_newer_state_version_stays()
    {
        await using var server = await TestNameServer.StartAsync();
        var newer = new TestBroker { DataVersion = new DataVersion { StateVersion = 5, Counter = 1 } };
        await server.RegisterAsync(newer);
        var older = newer with { Address = "127.0.0.9:10911", DataVersion = new DataVersion { StateVersion = 4, Counter = 9 } };
        Assert.That((await server.RegisterAsync(older)).Code, Is.Zero);
        Assert.That((await server.RouteAsync("T"))!.BrokerDatas.Single().BrokerAddrs[0], Is.EqualTo("127.0.0.1:10911"));

        await server.RegisterAsync(older with { DataVersion = new DataVersion { StateVersion = 5, Counter = 1 } });
        Assert.That((await server.RouteAsync("T"))!.BrokerDatas.Single().BrokerAddrs[0], Is.EqualTo("127.0.0.9:10911"));
    }

    [Test]
    public async Task Unregistering_a_slave_leaves_the_master_and_unregistering_the_last_leaves_nothing()
    {
        await using var server = await TestNameServer.StartAsync();
        var master = new TestBroker();
        var slave = new TestBroker { Id = 1, Address = "127.0.0.2:10911" };
        await server.RegisterAsync(master);
        await server.RegisterAsync(slave);
        Assert.That((await server.RouteAsync("T"))!.BrokerDatas.Single().BrokerAddrs, Has.Count.EqualTo(2));
        Assert.That((await server.UnregisterAsync(slave)).Code, Is.Zero);
        Assert.That((await server.RouteAsync("T"))!.BrokerDatas.Single().BrokerAddrs.Keys, Is.EqualTo(new[] { 0L }));
        await server.UnregisterAsync(master);
        Assert.That(await server.RouteAsync("T"), Is.Null);
        Assert.That(await server.TextAsync(RequestCode.GetBrokerClusterInfo), Is.EqualTo("""{"brokerAddrTable":{},"clusterAddrTable":{}}"""));
        Assert.That((await server.UnregisterAsync(master)).Code, Is.Zero, "again is no error");
    }

    [Test]
    public async Task A_broker_learns_whether_its_topics_are_known_without_sending_them()
    {
        await using var server = await TestNameServer.StartAsync();
        var broker = new TestBroker();
        var unknown = await QueryDataVersionAsync(server, broker, broker.DataVersion);
        Assert.That(unknown.Field("changed"u8), Is.EqualTo("true"));
        Assert.That(unknown.Body.IsEmpty);

        await server.RegisterAsync(broker);
        var same = await QueryDataVersionAsync(server, broker, broker.DataVersion);
        Assert.That(same.Field("changed"u8), Is.EqualTo("false"));
        Assert.That(Encoding.UTF8.GetString(same.Body), Is.EqualTo("""{"counter":1,"stateVersion":0,"timestamp":1700000000000}"""));
        var newer = await QueryDataVersionAsync(server, broker, broker.DataVersion.Next(5));
        Assert.That(newer.Field("changed"u8), Is.EqualTo("true"));
    }

    [Test]
    public async Task Filter_servers_are_in_the_route_of_their_broker()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker { FilterServers = ["127.0.0.1:30000"] });
        Assert.That((await server.RouteAsync("T"))!.FilterServerTable["127.0.0.1:10911"], Is.EqualTo(new[] { "127.0.0.1:30000" }));
        await server.RegisterAsync(new TestBroker());
        Assert.That((await server.RouteAsync("T"))!.FilterServerTable, Is.Empty);
    }

    [Test]
    public async Task The_queue_mappings_of_a_static_topic_are_in_its_route()
    {
        await using var server = await TestNameServer.StartAsync();
        var mapping = new TopicQueueMappingInfo { Topic = "T", Bname = "broker-a", TotalQueues = 4, Epoch = 7, CurrIdMap = { [0] = 0, [1] = 1 } };
        await server.RegisterAsync(new TestBroker { Mappings = { ["T"] = mapping } });
        var route = await server.RouteAsync("T");
        Assert.That(route!.TopicQueueMappingByBroker!["broker-a"].CurrIdMap, Has.Count.EqualTo(2));
        Assert.That((await server.RouteAsync("U"))!.TopicQueueMappingByBroker, Is.Null);
    }

    [Test]
    public async Task A_reply_carries_the_order_configuration_if_there_is_one_and_it_is_not_switched_off([Values] bool on)
    {
        await using var server = await TestNameServer.StartAsync(o => o with { ReturnOrderTopicConfigToBroker = on });
        await server.InvokeAsync(RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = "ORDER_TOPIC_CONFIG", Key = "T", Value = "broker-a:4" });
        var reply = await server.RegisterAsync(new TestBroker());
        Assert.That(Encoding.UTF8.GetString(reply.Body), Is.EqualTo(on ? """{"table":{"T":"broker-a:4"}}""" : ""));
    }

    internal static Task<RemotingCommand> QueryDataVersionAsync(TestNameServer server, TestBroker broker, DataVersion version) => server.InvokeAsync(
        RequestCode.QueryDataVersion,
        new QueryDataVersionRequestHeader { BrokerName = broker.Name, BrokerAddr = broker.Address, ClusterName = broker.Cluster, BrokerId = broker.Id },
        RemotingJson.Serialize(version));
}
