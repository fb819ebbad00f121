using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.NameServer;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.TestSupport;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.Broker.Tests.Registration;

public class NameServerRegistrationTests
{
    private VirtualTimeProvider _time = null!;

    [SetUp]
    public void NewClock() => _time = new VirtualTimeProvider();

    [Test]
    public async Task The_route_of_a_topic_is_there_when_its_creation_is_answered()
    {
        await using var nameServer = await StartNameServerAsync();
        await using var broker = await StartBrokerAsync(nameServer.LocalEndPoint.ToString());
        for (var i = 0; i < 50; i++)
        {
            await broker.CreateTopicAsync($"Orders{i}", queues: 1);
            Assert.That((await RouteAsync(broker, nameServer, $"Orders{i}")).WriteQueueNums, Is.EqualTo(1));
            await broker.CreateTopicAsync($"Orders{i}", queues: 3);
            Assert.That((await RouteAsync(broker, nameServer, $"Orders{i}")).WriteQueueNums, Is.EqualTo(3));
        }
    }

    [Test]
    public async Task The_route_of_a_topic_is_there_when_the_send_that_made_it_is_answered()
    {
        await using var nameServer = await StartNameServerAsync();
        await using var broker = await StartBrokerAsync(nameServer.LocalEndPoint.ToString());
        for (var i = 0; i < 50; i++)
        {
            Assert.That((await broker.SendAsync($"Orders{i}", "x"u8.ToArray())).Code, Is.EqualTo(ResponseCode.Success));
            Assert.That((await RouteAsync(broker, nameServer, $"Orders{i}")).WriteQueueNums, Is.EqualTo(4));
        }
    }

    [Test]
    public async Task The_routes_follow_brokerPermission_before_its_change_is_answered()
    {
        await using var nameServer = await StartNameServerAsync();
        await using var broker = await StartBrokerAsync(nameServer.LocalEndPoint.ToString());
        await broker.CreateTopicAsync("Orders");
        await broker.CallAsync(RequestCode.UpdateBrokerConfig, body: "brokerPermission=4"u8.ToArray());
        Assert.That((await RouteAsync(broker, nameServer, "Orders")).Perm, Is.EqualTo(4));
    }

    [Test]
    public async Task A_topic_that_changes_is_told_alone()
    {
        await using var nameServer = await ScriptedNameServer.StartAsync();
        await using var broker = await StartBrokerAsync(nameServer.Address);
        await broker.CreateTopicAsync("Orders");
        await broker.CreateTopicAsync("Bills");
        Assert.That(nameServer.Told.Skip(1), Is.EqualTo(new[] { ["Orders"], new[] { "Bills" } }));
    }

    [Test]
    public async Task Topics_that_change_together_are_told_together()
    {
        await using var nameServer = await ScriptedNameServer.StartAsync();
        await using var broker = await StartBrokerAsync(nameServer.Address);
        var (asked, release) = Hold(nameServer);
        var first = broker.CreateTopicAsync("First");
        await asked;
        Task[] rest = [.. Enumerable.Range(0, 20).Select(i => broker.SendAsync($"Orders{i}", "x"u8.ToArray()))];
        await Eventually.BecomesAsync(() => Enumerable.Range(0, 20).All(i => Exists(broker, $"Orders{i}")), "the other topics");
        release();
        await Task.WhenAll([first, .. rest]);
        Assert.That(nameServer.Told.Skip(1).Select(t => t.Length), Is.EqualTo(new[] { 1, 20 }));
    }

    [Test]
    public async Task A_name_server_that_forgot_the_broker_is_told_everything_again()
    {
        await using var nameServer = await ScriptedNameServer.StartAsync();
        await using var broker = await StartBrokerAsync(nameServer.Address);
        nameServer.Answer = topics => Task.FromResult<int>(topics.Length == 1 ? ResponseCode.SystemError : ResponseCode.Success);
        await broker.CreateTopicAsync("Orders");
        Assert.That(nameServer.Told.Last(), Has.Length.GreaterThan(10).And.Contain("Orders").And.Contain("TBW102"));
    }

    [Test]
    public async Task Everything_is_told_every_period_however_often_a_topic_changes()
    {
        await using var nameServer = await ScriptedNameServer.StartAsync();
        await using var broker = await StartBrokerAsync(nameServer.Address);
        for (var i = 0; i < 8; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await broker.CreateTopicAsync($"Orders{i}");
        }

        await Eventually.BecomesAsync(() => nameServer.Told.Count(t => t.Length > 10) == 2, "the second registration of everything");
    }

    [Test]
    public async Task A_topic_that_is_deleted_is_missing_from_the_next_registration()
    {
        await using var nameServer = await ScriptedNameServer.StartAsync();
        await using var broker = await StartBrokerAsync(nameServer.Address);
        await broker.CreateTopicAsync("Orders");
        await broker.CreateTopicAsync("Bills");
        await broker.CallAsync(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = "Orders" });
        Assert.That(nameServer.Told.Last(), Has.Length.GreaterThan(10).And.Contain("Bills").And.Not.Contain("Orders"));
    }

    [Test]
    public async Task A_name_server_that_deletes_what_is_not_named_keeps_all_with_enableSingleTopicRegister()
    {
        await using var nameServer = await StartNameServerAsync(o => o with { DeleteTopicWithBrokerRegistration = true });
        await using var broker = await StartBrokerAsync(nameServer.LocalEndPoint.ToString(), o => o with { EnableSingleTopicRegister = true });
        await broker.CreateTopicAsync("Orders");
        await broker.CreateTopicAsync("Bills");
        Assert.Multiple(async () =>
        {
            Assert.That((await RouteAsync(broker, nameServer, "Orders")).WriteQueueNums, Is.EqualTo(4));
            Assert.That((await RouteAsync(broker, nameServer, "Bills")).WriteQueueNums, Is.EqualTo(4));
        });
    }

    [Test]
    public async Task A_name_server_older_than_single_topics_is_told_everything()
    {
        await using var nameServer = await ScriptedNameServer.StartAsync(RequestCode.RegisterBroker);
        await using var broker = await StartBrokerAsync(nameServer.Address, o => o with { EnableSingleTopicRegister = true });
        await broker.CreateTopicAsync("Orders");
        Assert.That(nameServer.Told.Last(), Has.Length.GreaterThan(10).And.Contain("Orders"));
    }

    [Test]
    public async Task An_answer_waits_two_seconds_for_a_name_server_that_is_silent()
    {
        await using var nameServer = await ScriptedNameServer.StartAsync();
        await using var broker = await StartBrokerAsync(nameServer.Address);
        var (asked, release) = Hold(nameServer);
        var sent = broker.SendAsync("Orders", "x"u8.ToArray());
        await asked;
        Assert.That(sent.IsCompleted, Is.False);
        await Eventually.GetAsync(_time, TimeSpan.FromSeconds(1), () => Task.FromResult(sent.IsCompleted ? sent : null), "the answer");
        Assert.That((await sent).Code, Is.EqualTo(ResponseCode.Success));
        release();
    }

    [Test]
    public async Task A_name_server_that_is_gone_delays_neither_topics_nor_the_others()
    {
        await using var nameServer = await StartNameServerAsync();
        var gone = await ScriptedNameServer.StartAsync();
        await using var broker = await StartBrokerAsync($"{gone.Address};{nameServer.LocalEndPoint}");
        await gone.DisposeAsync();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 10; i++)
        {
            await broker.CreateTopicAsync($"Orders{i}", queues: 2);
            Assert.That((await RouteAsync(broker, nameServer, $"Orders{i}")).WriteQueueNums, Is.EqualTo(2));
        }

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    /// <summary>Makes the name server silent until released; <c>Asked</c> completes when it has been asked something.</summary>
    private static (Task Asked, Action Release) Hold(ScriptedNameServer nameServer)
    {
        var asked = new TaskCompletionSource();
        var released = new TaskCompletionSource<int>();
        nameServer.Answer = _ =>
        {
            asked.TrySetResult();
            return released.Task;
        };
        return (asked.Task, () => released.SetResult(ResponseCode.Success));
    }

    private static bool Exists(TestBroker broker, string topic) =>
        broker.CallAsync(RequestCode.GetTopicConfig, new GetTopicConfigRequestHeader { Topic = topic }).Result.Code == ResponseCode.Success;

    private static async Task<NameServer.NameServer> StartNameServerAsync(Func<NameServerOptions, NameServerOptions>? change = null)
    {
        var folder = Directory.CreateTempSubdirectory("namesrv-").FullName;
        var options = new NameServerOptions
        {
            BindAddress = "127.0.0.1", ListenPort = 0,
            KvConfigPath = Path.Combine(folder, "kvConfig.json"), ConfigStorePath = Path.Combine(folder, "namesrv.conf"),
        };
        var server = new NameServer.NameServer(
            change?.Invoke(options) ?? options, TimeProvider.System, NullLoggerFactory.Instance, new KestrelTransport(NullLoggerFactory.Instance));
        await server.StartAsync();
        return server;
    }

    private Task<TestBroker> StartBrokerAsync(string nameServers, Func<BrokerOptions, BrokerOptions>? change = null) =>
        TestBroker.StartAsync(o => (change ?? (same => same))(o with { NamesrvAddr = nameServers }), time: _time);

    private static async Task<QueueData> RouteAsync(TestBroker broker, NameServer.NameServer nameServer, string topic)
    {
        var reply = await broker.Client.InvokeAsync(
            nameServer.LocalEndPoint.ToString(),
            RemotingCommand.Request(RequestCode.GetRouteinfoByTopic, new GetRouteInfoRequestHeader { Topic = topic }),
            TimeSpan.FromSeconds(10));
        Assert.That(reply.Code, Is.EqualTo(ResponseCode.Success), reply.Remark);
        return reply.ReadBody<TopicRouteData>().QueueDatas.Single();
    }
}
