using RocketMQ.NameServer.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.NameServer.Tests;

public class LivenessTests
{
    [Test]
    public async Task A_broker_that_is_silent_for_120_seconds_is_out_of_the_routes()
    {
        await using var server = await TestNameServer.StartAsync(o => o with { ServerChannelMaxIdleTimeSeconds = 0 });
        await server.RegisterAsync(new TestBroker(), server.NewClient());
        server.Time.Advance(TimeSpan.FromSeconds(120));
        Assert.That(await server.RouteAsync("T"), Is.Not.Null);
        server.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(await server.RouteAsync("T"), Is.Null);
    }

    [Test]
    public async Task A_broker_may_name_a_shorter_time()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker { HeartbeatTimeoutMs = 10_000 }, server.NewClient());
        await server.RegisterAsync(new TestBroker { Name = "broker-b", Address = "127.0.0.2:10911" });
        server.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.That((await server.RouteAsync("T"))!.QueueDatas.Select(q => q.BrokerName), Is.EqualTo(new[] { "broker-b" }));
    }

    [Test]
    public async Task Any_sign_of_life_keeps_a_broker([Values(RequestCode.RegisterBroker, RequestCode.QueryDataVersion, RequestCode.BrokerHeartbeat)] int sign)
    {
        await using var server = await TestNameServer.StartAsync();
        var broker = new TestBroker { HeartbeatTimeoutMs = 10_000 };
        await server.RegisterAsync(broker);
        for (var i = 0; i < 5; i++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(8));
            await (sign switch
            {
                RequestCode.RegisterBroker => server.RegisterAsync(broker),
                RequestCode.QueryDataVersion => RegistrationTests.QueryDataVersionAsync(server, broker, broker.DataVersion),
                _ => server.InvokeAsync(sign, new BrokerHeartbeatRequestHeader { ClusterName = broker.Cluster, BrokerAddr = broker.Address, BrokerName = broker.Name }),
            });
        }

        Assert.That(await server.RouteAsync("T"), Is.Not.Null);
    }

    [Test]
    public async Task A_broker_is_out_of_the_routes_as_soon_as_its_connection_is_gone()
    {
        await using var server = await TestNameServer.StartAsync();
        var connection = server.NewClient();
        await server.RegisterAsync(new TestBroker(), connection);
        await server.RegisterAsync(new TestBroker { Name = "broker-b", Address = "127.0.0.2:10911" });
        await connection.DisposeAsync();
        await EventuallyAsync(async () => (await server.RouteAsync("T"))!.QueueDatas.Count == 1);
        Assert.That((await server.RouteAsync("T"))!.QueueDatas.Single().BrokerName, Is.EqualTo("broker-b"));
    }

    [Test]
    public async Task A_broker_that_has_registered_over_a_new_connection_does_not_go_with_the_old_one()
    {
        await using var server = await TestNameServer.StartAsync();
        var old = server.NewClient();
        var other = new TestBroker { Name = "broker-b", Address = "127.0.0.2:10911" };
        await server.RegisterAsync(new TestBroker(), old);
        await server.RegisterAsync(other, old);
        await server.RegisterAsync(new TestBroker());
        await old.DisposeAsync();
        await EventuallyAsync(async () => (await server.RouteAsync("T"))!.QueueDatas.Count == 1);
        Assert.That((await server.RouteAsync("T"))!.QueueDatas.Single().BrokerName, Is.EqualTo("broker-a"));
    }

    [Test]
    public async Task A_broker_that_has_changed_its_name_goes_under_both()
    {
        await using var server = await TestNameServer.StartAsync();
        var connection = server.NewClient();
        await server.RegisterAsync(new TestBroker(), connection);
        await server.RegisterAsync(new TestBroker { Name = "renamed", Cluster = "Other" }, connection);
        await connection.DisposeAsync();
        await EventuallyAsync(async () => await server.RouteAsync("T") is null);
        Assert.That(await server.TextAsync(RequestCode.GetBrokerClusterInfo), Is.EqualTo("""{"brokerAddrTable":{},"clusterAddrTable":{}}"""));
    }

    [Test]
    public async Task The_old_name_of_a_broker_goes_once_its_address_has_registered_under_another_for_the_time_of_its_expiry([Values] bool overItsOldConnection)
    {
        await using var server = await TestNameServer.StartAsync(o => o with { ServerChannelMaxIdleTimeSeconds = 0 });
        var old = server.NewClient();
        await server.RegisterAsync(new TestBroker(), old);
        var renamed = new TestBroker { Name = "renamed" };
        for (var i = 0; i < 4; i++)
        {
            await server.RegisterAsync(renamed, overItsOldConnection ? old : null);
            Assert.That(await NamesAsync(server), Is.EqualTo(new[] { "broker-a", "renamed" }), $"{i * 30} s after the first word under the new name");
            server.Time.Advance(TimeSpan.FromSeconds(30));
        }

        await server.RegisterAsync(renamed, overItsOldConnection ? old : null);
        server.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.That(await NamesAsync(server), Is.EqualTo(new[] { "renamed" }));
        Assert.That((await server.RouteAsync("T"))!.QueueDatas.Select(q => q.BrokerName), Is.EqualTo(new[] { "renamed" }));
        await server.RegisterAsync(renamed, overItsOldConnection ? old : null);
        Assert.That((await server.RouteAsync("T"))!.BrokerDatas.Single().BrokerAddrs[0], Is.EqualTo(renamed.Address));
    }

    [Test]
    public async Task A_broker_that_has_gone_to_another_cluster_keeps_its_connection_and_its_routes_there()
    {
        await using var server = await TestNameServer.StartAsync(o => o with { ServerChannelMaxIdleTimeSeconds = 0 });
        var connection = server.NewClient();
        await server.RegisterAsync(new TestBroker(), connection);
        var moved = new TestBroker { Name = "moved", Cluster = "Other" };
        for (var i = 0; i < 6; i++)
        {
            await server.RegisterAsync(moved, connection);
            server.Time.Advance(TimeSpan.FromSeconds(25));
            Assert.That((await server.RouteAsync("T"))!.QueueDatas.Select(q => q.BrokerName), Does.Contain("moved"));
        }

        Assert.That(await NamesAsync(server), Is.EqualTo(new[] { "moved" }));
    }

    private static async Task<IEnumerable<string>> NamesAsync(TestNameServer server) =>
        (await server.BodyAsync<ClusterInfo>(RequestCode.GetBrokerClusterInfo)).BrokerAddrTable.Keys.Order();

    [Test]
    public async Task The_members_of_a_name_are_listed_as_Apache_lists_them()
    {
        await using var server = await TestNameServer.StartAsync();
        await server.RegisterAsync(new TestBroker { Name = "broker-golden", Cluster = "GoldenCluster", Address = "127.0.0.1:45011" });
        var header = new GetBrokerMemberGroupRequestHeader { ClusterName = "GoldenCluster", BrokerName = "broker-golden" };
        Assert.That(
            await server.TextAsync(RequestCode.GetBrokerMemberGroup, header),
            Is.EqualTo("""{"brokerMemberGroup":{"brokerAddrs":{0:"127.0.0.1:45011"},"brokerName":"broker-golden","cluster":"GoldenCluster"}}"""));
        header.BrokerName = "nobody";
        Assert.That((await server.BodyAsync<GetBrokerMemberGroupResponseBody>(RequestCode.GetBrokerMemberGroup, header)).Group!.BrokerAddrs, Is.Empty);
    }

    internal static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 1000; i++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(5);
        }

        Assert.Fail("It did not happen within 5 s");
    }
}
