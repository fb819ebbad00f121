using System.Reflection;
using RocketMQ.NameServer.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;

namespace RocketMQ.NameServer.Tests;

/// <summary>What is no name is refused, whatever it names; a name server has no access control, as Apache's has none.</summary>
public class HostileNameTests
{
    private static readonly string[] Hostile = ["../x", "/etc/passwd", "..", ".", "a\nb", "a\0b", "a\u2028b", "..\\x", new('x', 10_000), new('x', 4_000_000)];

    private static readonly string[] Fields =
        ["topic", "clusterName", "cluster", "brokerName", "namespace", "key", "brokerAddr", "haServerAddr", "__ZONE_NAME"];

    private static readonly (int Code, string Field)[] Named =
    [
        (RequestCode.GetRouteinfoByTopic, "topic"), (RequestCode.DeleteTopicInNamesrv, "topic"), (RequestCode.DeleteTopicInNamesrv, "clusterName"),
        (RequestCode.RegisterTopicInNamesrv, "topic"), (RequestCode.RegisterBroker, "brokerName"), (RequestCode.RegisterBroker, "clusterName"),
        (RequestCode.UnregisterBroker, "brokerName"), (RequestCode.QueryDataVersion, "clusterName"), (RequestCode.BrokerHeartbeat, "brokerName"),
        (RequestCode.GetTopicsByCluster, "cluster"), (RequestCode.WipeWritePermOfBroker, "brokerName"), (RequestCode.AddWritePermOfBroker, "brokerName"),
        (RequestCode.PutKvConfig, "namespace"), (RequestCode.PutKvConfig, "key"), (RequestCode.GetKvConfig, "namespace"),
        (RequestCode.DeleteKvConfig, "key"), (RequestCode.GetKvlistByNamespace, "namespace"),
        (RequestCode.DeleteKvConfig, "namespace"), (RequestCode.RegisterBroker, "__ZONE_NAME"),
    ];

    [Test]
    public async Task Every_request_that_names_something_refuses_what_is_no_name()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker());
        var taken = new List<string>();
        foreach (var (code, field) in Named)
        {
            foreach (var name in Hostile)
            {
                var answer = await server.InvokeAsync(Request(code, field, name));
                if (answer.Code != ResponseCode.InvalidParameter)
                {
                    taken.Add($"{code} {field} '{name[..Math.Min(10, name.Length)]}': {answer.Code} {answer.Remark}");
                }
            }
        }

        Assert.That(taken, Is.Empty);
        Assert.That(await server.RouteAsync("T"), Is.Not.Null, "it serves on");
    }

    [Test]
    public async Task A_topic_by_what_is_no_name_is_left_out_of_a_registration_and_the_others_are_served()
    {
        await using var server = await TestNameServer.StartAsync();

        var answer = await server.RegisterAsync(new TestBroker { Topics = [TestBroker.Topic("../x"), TestBroker.Topic("a\nb"), TestBroker.Topic("T"), TestBroker.Topic("U")] });

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.Success), answer.Remark);
        Assert.That((await server.BodyAsync<TopicList>(RequestCode.GetAllTopicListFromNameserver)).Topics, Is.EquivalentTo(new[] { "T", "U" }));
    }

    [Test]
    public async Task What_else_a_registration_says_of_names_that_are_none_is_left_out()
    {
        await using var server = await TestNameServer.StartAsync();
        var body = new RegisterBrokerBody
        {
            FilterServerList = ["10.0.0.1:1", new('f', 10_000), "a\nb"],
            TopicConfigSerializeWrapper = new TopicConfigAndMappingSerializeWrapper
            {
                TopicConfigTable = new() { ["T"] = TestBroker.Topic("T"), ["U"] = TestBroker.Topic("U") },
                TopicQueueMappingInfoMap = new() { ["../x"] = new TopicQueueMappingInfo(), ["T"] = new TopicQueueMappingInfo { Bname = "broker-a" } },
            },
        };

        var answer = await server.InvokeAsync(RemotingCommand.Request(
            RequestCode.RegisterBroker,
            new Protocol.Headers.RegisterBrokerRequestHeader { BrokerName = "broker-a", BrokerAddr = "10.0.0.1:10911", ClusterName = "C", HaServerAddr = "", BrokerId = 0 },
            RemotingJson.Serialize(body)));
        var route = (await server.RouteAsync("T"))!;

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.Success), answer.Remark);
        Assert.That(route.FilterServerTable.Values.SelectMany(servers => servers), Is.EquivalentTo(new[] { "10.0.0.1:1" }));
        Assert.That((await server.BodyAsync<TopicList>(RequestCode.GetAllTopicListFromNameserver)).Topics, Is.EquivalentTo(new[] { "T", "U" }));
    }

    [Test]
    public async Task The_files_it_writes_and_whom_it_believes_are_not_named_from_afar_whatever_its_black_list_says(
        [Values("configStorePath", "kvConfigPath", "configBlackList", "tls.server.mode", "tlsMode", "tls.server.certPath", "proxyProtocolTrustedAddresses")] string key)
    {
        await using var server = await TestNameServer.StartAsync(options => options with { ConfigBlackList = "" });

        var answer = await server.InvokeAsync(RequestCode.UpdateNamesrvConfig, body: System.Text.Encoding.UTF8.GetBytes($"{key}=elsewhere/x"));

        Assert.That((answer.Code, answer.Remark), Is.EqualTo((ResponseCode.NoPermission, $"Can not update config in black list. (configBlackList has {key})")));
    }

    /// <summary>There is no user here: the table says so for each request, so that one that comes to need a right is seen.</summary>
    [Test]
    public async Task Every_request_is_answered_to_whoever_asks()
    {
        await using var server = await TestNameServer.StartAsync();
        var known = 0;
        await TestContext.Out.WriteLineAsync($"{"code",-7}{"request",-40}no user");
        foreach (var (code, name) in typeof(RequestCode).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
            .Select(field => ((int)field.GetRawConstantValue()!, field.Name)).OrderBy(each => each))
        {
            var answer = await server.InvokeAsync(Request(code, "topic", "T"));
            if (answer.Code != ResponseCode.RequestCodeNotSupported)
            {
                known++;
                await TestContext.Out.WriteLineAsync($"{code,-7}{name,-40}{answer.Code}");
                Assert.That(answer.Code, Is.Not.EqualTo(ResponseCode.NoPermission), name);
            }
        }

        Assert.That(known, Is.GreaterThan(20));
    }

    private static RemotingCommand Request(int code, string field, string name)
    {
        var request = RemotingCommand.Request(code, body: code == RequestCode.RegisterTopicInNamesrv ? RemotingJson.Serialize(new TopicRouteData()) : []);
        foreach (var each in Fields)
        {
            request.AddField(each, each == field ? name : "x");
        }

        foreach (var (each, value) in (ValueTuple<string, string>[])[("brokerId", "0"), ("value", "v")])
        {
            request.AddField(each, value);
        }

        return request;
    }
}
