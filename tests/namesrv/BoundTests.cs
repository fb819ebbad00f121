using System.Diagnostics;
using RocketMQ.NameServer.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.NameServer.Tests;

/// <summary>Whoever reaches a name server may register: what it keeps of that has an end, and the refusal names it.</summary>
public class BoundTests
{
    [Test]
    public async Task So_many_brokers_register_and_one_that_leaves_makes_room()
    {
        await using var server = await TestNameServer.StartAsync(options => options with { MaxBrokerNum = 2 });
        var brokers = Enumerable.Range(0, 3).Select(i => new TestBroker { Name = $"broker-{i}", Address = $"127.0.0.{i + 1}:10911" }).ToList();
        Assert.That((await server.RegisterAsync(brokers[0])).Code, Is.Zero);
        Assert.That((await server.RegisterAsync(brokers[1])).Code, Is.Zero);

        Refused(await server.RegisterAsync(brokers[2]), "maxBrokerNum", "2");
        Refused(await server.RegisterAsync(brokers[0] with { Name = "broker-9" }), "maxBrokerNum", "2");
        Refused(await server.RegisterAsync(brokers[0] with { Address = "127.0.0.9:10911" }), "maxBrokerNum", "2");
        Assert.That((await server.RegisterAsync(brokers[0])).Code, Is.Zero, "one that is there registers again");
        await server.UnregisterAsync(brokers[1]);
        Assert.That((await server.RegisterAsync(brokers[2])).Code, Is.Zero);
    }

    [Test]
    public async Task So_many_topics_are_registered_by_whatever_way()
    {
        await using var server = await TestNameServer.StartAsync(options => options with { MaxTopicNum = 5 });
        Assert.That((await server.RegisterAsync(new TestBroker { Topics = Topics(4) })).Code, Is.Zero);

        Refused(await server.RegisterAsync(new TestBroker { Topics = Topics(6), DataVersion = new DataVersion { Counter = 2 } }), "maxTopicNum", "5");
        Refused(await server.RegisterAsync(new TestBroker { Name = "broker-b", Address = "127.0.0.2:1", Topics = Topics(2) }), "maxTopicNum", "5");
        Assert.That((await RegisterTopicAsync(server, "T5")).Code, Is.Zero);
        Refused(await RegisterTopicAsync(server, "T6"), "maxTopicNum", "5");
        Assert.That((await RegisterTopicAsync(server, "T5")).Code, Is.Zero);
        Assert.That((await server.BodyAsync<TopicList>(RequestCode.GetAllTopicListFromNameserver)).Topics, Has.Count.EqualTo(5));

        await server.InvokeAsync(RequestCode.DeleteTopicInNamesrv, new DeleteTopicFromNamesrvRequestHeader { Topic = "T5" });
        Assert.That((await RegisterTopicAsync(server, "T6")).Code, Is.Zero, "a deleted topic makes room");
        await server.UnregisterAsync(new TestBroker());
        Assert.That((await server.RegisterAsync(new TestBroker { Topics = Topics(5) })).Code, Is.Zero, "and so does a broker that leaves");
    }

    [Test]
    public async Task The_key_value_configuration_holds_so_many_keys_of_such_a_size()
    {
        await using var server = await TestNameServer.StartAsync(options => options with { MaxKvConfigNum = 3, MaxKvConfigSize = 50 });
        Assert.That((await PutAsync(server, "N", "a", "1")).Code, Is.Zero);
        Assert.That((await PutAsync(server, "N", "b", "1")).Code, Is.Zero);

        Refused(await PutAsync(server, "N", "c", "1"), "maxKvConfigNum", "3");
        Refused(await PutAsync(server, "N", "b", new string('v', 50)), "maxKvConfigSize", "50");
        Assert.That((await PutAsync(server, "N", "b", "2")).Code, Is.Zero);
    }

    [Test]
    public async Task A_connection_that_closes_costs_no_look_at_every_broker_there_is()
    {
        await using var server = await TestNameServer.StartAsync();
        await ComeAndGoAsync(server, 100);
        var alone = await ComeAndGoAsync(server, 300);
        for (var i = 0; i < 4_000; i++)
        {
            await server.RegisterAsync(new TestBroker { Name = $"broker-{i}", Address = $"10.0.{i / 250}.{i % 250}:10911", Topics = [.. Enumerable.Range(0, 20).Select(j => TestBroker.Topic($"T{i}-{j}"))] });
        }

        var beside = await ComeAndGoAsync(server, 300);
        TestContext.Out.WriteLine($"{alone.TotalMilliseconds} ms alone, {beside.TotalMilliseconds} ms beside 4000 brokers");
        Assert.That(beside, Is.LessThan(alone * 8));
        Assert.That(
            async () => (await server.BodyAsync<ClusterInfo>(RequestCode.GetBrokerClusterInfo)).BrokerAddrTable,
            Has.Count.EqualTo(4_000).After(5_000, 20), "who left is forgotten, who did not is there");
        Assert.That((await server.BodyAsync<TopicList>(RequestCode.GetAllTopicListFromNameserver)).Topics, Has.Count.EqualTo(80_000));
    }

    /// <summary>Brokers that come with two topics and go, one after another.</summary>
    private static async Task<TimeSpan> ComeAndGoAsync(TestNameServer server, int count)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            await using var client = server.NewClient();
            await server.RegisterAsync(new TestBroker { Name = $"comes-and-goes-{i}", Address = "127.0.0.1:10911", Topics = Topics(2) }, client);
        }

        return watch.Elapsed;
    }

    private static List<TopicConfig> Topics(int count) => [.. Enumerable.Range(1, count).Select(i => TestBroker.Topic($"T{i}"))];

    private static Task<RemotingCommand> RegisterTopicAsync(TestNameServer server, string topic) =>
        server.InvokeAsync(
            RequestCode.RegisterTopicInNamesrv, new RegisterTopicRequestHeader { Topic = topic },
            RemotingJson.Serialize(new TopicRouteData { QueueDatas = [new QueueData { BrokerName = "broker-a", ReadQueueNums = 4, WriteQueueNums = 4, Perm = 6 }] }));

    private static Task<RemotingCommand> PutAsync(TestNameServer server, string name, string key, string value) =>
        server.InvokeAsync(RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = name, Key = key, Value = value });

    private static void Refused(RemotingCommand answer, params string[] named)
    {
        Assert.That(answer.Code, Is.EqualTo(ResponseCode.SystemError), answer.Remark);
        foreach (var word in named)
        {
            Assert.That(answer.Remark, Does.Contain(word));
        }
    }
}
