using System.Buffers;
using RocketMQ.NameServer.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.NameServer.Tests;

public class RouteTests
{
    private const string Loose =
        """{"brokerDatas":[{"brokerAddrs":{0:"127.0.0.1:10911",1:"127.0.0.2:10911"},"brokerName":"broker-a","cluster":"DefaultCluster","enableActingMaster":false}],"filterServerTable":{},"queueDatas":[{"brokerName":"broker-a","perm":6,"readQueueNums":4,"topicSysFlag":0,"writeQueueNums":4}]}""";

    private static readonly string Strict = Loose.Replace("{0:", "{\"0\":", StringComparison.Ordinal).Replace(",1:", ",\"1\":", StringComparison.Ordinal);

    [TestCase(317, null, false)] // The Go client's version, always.
    [TestCase(MqVersion.V4_9_4 - 1, null, false)]
    [TestCase(MqVersion.V4_9_4, null, true)]
    [TestCase(MqVersion.Current, null, true)]
    [TestCase(317, true, true)]
    public async Task A_route_speaks_the_dialect_of_whoever_asks(int version, bool? standardOnly, bool strict)
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker());
        await server.RegisterAsync(new TestBroker { Id = 1, Address = "127.0.0.2:10911" });
        for (var i = 0; i < 2; i++)
        {
            var header = new GetRouteInfoRequestHeader { Topic = "T", AcceptStandardJsonOnly = standardOnly };
            Assert.That(await server.TextAsync(RequestCode.GetRouteinfoByTopic, header, version), Is.EqualTo(strict ? Strict : Loose));
        }
    }

    [Test]
    public async Task An_unknown_topic_answers_17_and_names_it()
    {
        await using var server = await TestNameServer.StartAsync();
        var reply = await server.InvokeAsync(RequestCode.GetRouteinfoByTopic, new GetRouteInfoRequestHeader { Topic = "Nope" });
        Assert.That(reply.Code, Is.EqualTo(ResponseCode.TopicNotExist));
        Assert.That(reply.Remark, Does.StartWith("No topic route info in name server for the topic: Nope\nSee http"));
    }

    [Test]
    public async Task A_topic_on_two_brokers_has_one_route()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker());
        await server.RouteAsync("T");
        await server.RegisterAsync(new TestBroker { Name = "broker-b", Address = "127.0.0.2:10911" });
        var route = await server.RouteAsync("T");
        Assert.That(route!.QueueDatas.Select(q => q.BrokerName), Is.EqualTo(new[] { "broker-a", "broker-b" }));
        Assert.That(route.BrokerDatas.Select(q => q.BrokerName), Is.EqualTo(new[] { "broker-a", "broker-b" }));
    }

    [Test]
    public async Task The_order_configuration_is_in_the_route_only_with_orderMessageEnable([Values] bool on)
    {
        await using var server = await TestNameServer.StartAsync(o => o with { OrderMessageEnable = on });
        await server.RegisterAsync(new TestBroker());
        await server.RouteAsync("T");
        await server.InvokeAsync(RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = "ORDER_TOPIC_CONFIG", Key = "T", Value = "broker-a:4" });
        Assert.That((await server.RouteAsync("T"))!.OrderTopicConf, Is.EqualTo(on ? "broker-a:4" : null));
        Assert.That((await server.RouteAsync("U"))!.OrderTopicConf, Is.Null);
    }

    [Test]
    public async Task With_needWaitForService_routes_are_answered_once_all_brokers_had_time_to_register()
    {
        await using var server = await TestNameServer.StartAsync(o => o with { NeedWaitForService = true });
        await server.RegisterAsync(new TestBroker());
        var reply = await server.InvokeAsync(RequestCode.GetRouteinfoByTopic, new GetRouteInfoRequestHeader { Topic = "T" });
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.SystemError, "name server not ready")));
        server.Time.Advance(TimeSpan.FromSeconds(45));
        Assert.That(await server.RouteAsync("T"), Is.Not.Null);
    }

    [Test]
    public async Task A_client_in_a_zone_sees_the_masters_of_its_zone()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker { Zone = "east" });
        await server.RegisterAsync(new TestBroker { Name = "broker-b", Address = "127.0.0.2:10911", Zone = "west", FilterServers = ["f"] });
        var request = RemotingCommand.Request(RequestCode.GetRouteinfoByTopic, new GetRouteInfoRequestHeader { Topic = "T" });
        request.AddField("__ZONE_MODE", "true");
        request.AddField("__ZONE_NAME", "EAST");
        var reply = await server.InvokeAsync(request);
        var route = RemotingJson.Deserialize<TopicRouteData>(reply.Body.ToArray());
        Assert.That(route.BrokerDatas.Single().BrokerName, Is.EqualTo("broker-a"));
        Assert.That(route.QueueDatas.Single().BrokerName, Is.EqualTo("broker-a"));
        Assert.That(route.FilterServerTable, Is.Empty);
        Assert.That((await server.RouteAsync("T"))!.BrokerDatas, Has.Count.EqualTo(2), "others see all");
    }

    [Test]
    public async Task Where_the_master_is_gone_the_smallest_slave_stands_in_for_reading([Values] bool supported)
    {
        await using var server = await TestNameServer.StartAsync(o => o with { SupportActingMaster = supported });
        var master = new TestBroker { EnableActingMaster = true };
        var group = TestBroker.Topic("rmq_sys_SYNC_BROKER_MEMBER_broker-a");
        master = master with { Topics = [.. master.Topics, group] };
        await server.RegisterAsync(master);
        await server.RegisterAsync(master with { Id = 2, Address = "127.0.0.2:10911" });
        await server.RegisterAsync(master with { Id = 3, Address = "127.0.0.3:10911" });
        await server.UnregisterAsync(master);

        var route = await server.RouteAsync("T");
        Assert.That(route!.BrokerDatas.Single().BrokerAddrs.Keys, Is.EquivalentTo(supported ? [0, 3] : (long[])[2, 3]));
        Assert.That(route.BrokerDatas.Single().BrokerAddrs[supported ? 0 : 2], Is.EqualTo("127.0.0.2:10911"));
        Assert.That(route.QueueDatas.Single().Perm, Is.EqualTo(4), "nobody may write meanwhile");
        Assert.That((await server.RouteAsync(group.TopicName))!.BrokerDatas.Single().BrokerAddrs.Keys, Is.EquivalentTo((long[])[2, 3]));

        await server.RegisterAsync(master);
        route = await server.RouteAsync("T");
        Assert.That(route!.BrokerDatas.Single().BrokerAddrs.Keys, Is.EquivalentTo((long[])[0, 2, 3]));
        Assert.That(route.QueueDatas.Single().Perm, Is.EqualTo(6), "the master is back");
    }

    [Test]
    public async Task A_slave_that_knows_of_acting_masters_registers_topics_for_reading_while_it_is_the_smallest()
    {
        await using var server = await TestNameServer.StartAsync(o => o with { SupportActingMaster = true });
        await server.RegisterAsync(new TestBroker { Id = 1, EnableActingMaster = true });
        var route = await server.RouteAsync("T");
        Assert.That(route!.QueueDatas.Single().Perm, Is.EqualTo(4));
        Assert.That(route.BrokerDatas.Single().BrokerAddrs.Keys, Is.EqualTo((long[])[0]));
    }

    [Test]
    public async Task Routes_are_right_while_brokers_come_and_go()
    {
        await using var server = await TestNameServer.StartAsync();
        var stable = new TestBroker();
        var flapping = new TestBroker { Name = "broker-b", Address = "127.0.0.2:10911" };
        await server.RegisterAsync(stable);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var route = await server.RouteAsync("T");
                Assert.That(route!.QueueDatas.Select(q => q.BrokerName), Is.EqualTo(route.BrokerDatas.Select(b => b.BrokerName)));
            }
        })).ToArray();
        for (var i = 0; i < 100; i++)
        {
            await server.RegisterAsync(flapping);
            Assert.That((await server.RouteAsync("T"))!.QueueDatas, Has.Count.EqualTo(2));
            await server.UnregisterAsync(flapping);
            Assert.That((await server.RouteAsync("T"))!.QueueDatas, Has.Count.EqualTo(1));
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }
}
