using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Controller.Etcd;
using RocketMQ.Controller.Sets;
using RocketMQ.Controller.Storage;
using RocketMQ.Controller.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Transport;
using RocketMQ.TestSupport;

namespace RocketMQ.Controller.Tests;

/// <summary>Controllers with their state in an etcd that runs beside.</summary>
public class EtcdTests
{
    private const string SetKey = "/rocketmq/controller/group1/sets/broker-a";
    private const string LeaderKey = "/rocketmq/controller/group1/leader";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly BrokerSet Set = TestController.SetOf(2, 1, 4, 9, 1);

    [Test]
    public async Task Of_two_controllers_one_leads_and_the_other_says_who()
    {
        await using var etcd = await EtcdProcess.StartAsync();
        var network = new MemoryTransport();
        await using var first = await ControllerAsync(etcd, network, 0);
        await LeadsAsync(network, 0);
        await using var second = await ControllerAsync(etcd, network, 1);
        await using var client = new RemotingClient(RequestTable.Empty, new RemotingOptions { Transport = network }, TimeProvider.System, NullLoggerFactory.Instance);
        await TestController.EventuallyAsync(async () => (await MetadataAsync(client, 1)).ControllerLeaderId == "n0");
        var metadata = await MetadataAsync(client, 1);
        Assert.That(
            (metadata.IsLeader, metadata.ControllerLeaderAddress, metadata.Peers, metadata.Group),
            Is.EqualTo((false, "127.0.0.1:7000", "n0:127.0.0.1:7000;n1:127.0.0.1:7001;", "group1")));
        var apply = new ApplyBrokerIdRequestHeader { ClusterName = "c", BrokerName = "broker-a", AppliedBrokerId = 1, RegisterCheckCode = "127.0.0.1:9;1" };
        var refused = await client.InvokeAsync("127.0.0.1:7001", RemotingCommand.Request(RequestCode.ControllerApplyBrokerId, apply), Soon);
        Assert.That((refused.Code, refused.Remark), Is.EqualTo((ResponseCode.ControllerNotLeader, "The controller is not in leader state: n0 at 127.0.0.1:7000 leads")));
        Assert.That((await client.InvokeAsync("127.0.0.1:7000", RemotingCommand.Request(RequestCode.ControllerApplyBrokerId, apply), Soon)).Code, Is.Zero);

        // A planned stop hands the lead over; what was stored is there.
        await first.DisposeAsync();
        await LeadsAsync(network, 1);
        var info = await client.InvokeAsync("127.0.0.1:7001", RemotingCommand.Request(RequestCode.ControllerGetReplicaInfo, new GetReplicaInfoRequestHeader { BrokerName = "broker-a" }), Soon);
        Assert.That((info.Code, info.ReadHeader<GetReplicaInfoResponseHeader>().MasterEpoch), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task What_was_changed_since_it_was_read_is_not_written_over()
    {
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = await LeadingAsync(etcd);
        Assert.That((await store.WriteAsync("broker-a", Set, 7, default)).Status, Is.EqualTo(StoreStatus.Changed), "it is not there");
        var written = await store.WriteAsync("broker-a", Set, 0, default);
        Assert.That((await store.WriteAsync("broker-a", Set, 0, default)).Status, Is.EqualTo(StoreStatus.Changed), "it is there");
        await etcd.PutAsync(SetKey, System.Text.Encoding.UTF8.GetString(BrokerSetText.Write(Set with { MasterEpoch = 5 })));
        Assert.That((await store.WriteAsync("broker-a", Set with { MasterEpoch = 6 }, written.Version, default)).Status, Is.EqualTo(StoreStatus.Changed), "it is another");
        var read = await store.ReadAsync("broker-a", default);
        Assert.That((read.Status, read.Set!.MasterEpoch), Is.EqualTo((StoreStatus.Done, 5)));
        Assert.That((await store.WriteAsync("broker-a", null, read.Version, default)).Status, Is.EqualTo(StoreStatus.Done));
        Assert.That((await store.ReadAsync("broker-a", default), store.FindSeen("broker-a")), Is.EqualTo((new StoreAnswer(StoreStatus.Done), (BrokerSet?)null)));
    }

    /// <summary>It still thinks that it leads: what it reads or writes is refused, and then it knows.</summary>
    [Test]
    public async Task Of_two_that_think_they_lead_only_the_one_that_does_reads_and_writes([Values] bool isRead)
    {
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = await LeadingAsync(etcd, "n0");
        await store.WriteAsync("broker-a", Set, 0, default);
        await etcd.PutAsync(LeaderKey, "n1 127.0.0.1:7001");
        Assert.That(store.Leadership.IsSelf);
        var answer = isRead ? await store.ReadAsync("broker-a", default) : await store.WriteAsync("broker-a", Set, (await store.ReadAsync("broker-a", default)).Version, default);
        Assert.That(answer.Status, Is.EqualTo(StoreStatus.NotLeader));
        Assert.That(store.Leadership.IsSelf, Is.False);
        await TestController.EventuallyAsync(() => Task.FromResult(store.Leadership == new Leadership(false, "n1", "127.0.0.1:7001")));
        await etcd.DeleteAsync(LeaderKey);
        await TestController.EventuallyAsync(() => Task.FromResult(store.Leadership.IsSelf));
    }

    [Test]
    public async Task News_of_others_are_seen_without_asking()
    {
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = await LeadingAsync(etcd, "n0");
        await using var other = Store(etcd, "n1");
        await other.StartAsync(default);
        for (var epoch = 1; epoch < 20; epoch++)
        {
            var read = await store.ReadAsync("broker-a", default);
            await store.WriteAsync("broker-a", Set with { MasterEpoch = epoch }, read.Version, default);
        }

        await TestController.EventuallyAsync(() => Task.FromResult(other.FindSeen("broker-a")?.MasterEpoch == 19));
        await store.WriteAsync("broker-a", null, (await store.ReadAsync("broker-a", default)).Version, default);
        await TestController.EventuallyAsync(() => Task.FromResult(other.FindSeen("broker-a") is null));
    }

    [Test]
    public async Task A_frozen_etcd_is_named_the_lead_given_up_and_both_are_back_when_it_thaws()
    {
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = await LeadingAsync(etcd);
        var written = await store.WriteAsync("broker-a", Set, 0, default);
        await etcd.FreezeAsync();
        var late = await store.WriteAsync("broker-a", Set with { MasterEpoch = 5 }, written.Version, default);
        Assert.That((late.Status, late.Reason), Is.EqualTo((StoreStatus.Failed, $"etcd at {etcd.Endpoint} did not answer within etcdRequestTimeoutMillis=1000")));
        await TestController.EventuallyAsync(() => Task.FromResult(!store.Leadership.IsSelf));
        await etcd.ThawAsync();
        await TestController.EventuallyAsync(() => Task.FromResult(store.Leadership.IsSelf));

        // The late change was made by now, or never will be.
        var first = await store.ReadAsync("broker-a", default);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.That(await store.ReadAsync("broker-a", default), Is.EqualTo(first).Using<StoreAnswer>((a, b) => a.Version == b.Version && a.Status == b.Status));
    }

    /// <summary>The change may be made after it was given up, as long as the term is the same: no answer is given before there is another.</summary>
    [Test]
    public async Task After_a_change_whose_end_is_not_known_nothing_is_told_that_it_could_still_undo()
    {
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = await LeadingAsync(etcd, change: options => options with { EtcdLeaseSeconds = 30, EtcdRequestTimeoutMillis = 300 });
        var version = (await store.WriteAsync("broker-a", Set, 0, default)).Version;
        for (var epoch = 5; epoch < 12; epoch++)
        {
            await etcd.FreezeAsync();
            var writing = store.WriteAsync("broker-a", Set with { MasterEpoch = epoch }, version, default).AsTask();
            Assert.That((await writing).Status, Is.EqualTo(StoreStatus.Failed));
            Assert.That((await store.ReadAsync("broker-a", default)).Status, Is.EqualTo(StoreStatus.Failed), "nor is anything told while it is away");
            await etcd.ThawAsync();
            StoreAnswer read = default;
            await TestController.EventuallyAsync(async () => (read = await store.ReadAsync("broker-a", default)).Status == StoreStatus.Done);
            await Task.Delay(100);
            Assert.That((await store.ReadAsync("broker-a", default)).Version, Is.EqualTo(read.Version));
            version = read.Version;
        }
    }

    [Test]
    public async Task An_etcd_without_room_is_named_with_the_way_out_and_can_be_read()
    {
        await using var etcd = await EtcdProcess.StartAsync("http", "--quota-backend-bytes", "2000000");
        await using var store = await LeadingAsync(etcd);
        var version = (await store.WriteAsync("broker-a", Set, 0, default)).Version;
        for (var i = 0; i < 100 && !(await etcd.PutAsync($"/filler/{i}", new string('x', 100_000))).Contains("space exceeded", StringComparison.Ordinal); i++)
        {
        }

        var answer = await store.WriteAsync("broker-a", Set with { MasterEpoch = 5 }, version, default);
        Assert.That((answer.Status, answer.Reason), Is.EqualTo((StoreStatus.Failed, answer.Reason)));
        Assert.That(answer.Reason, Does.Match("^etcd at .* has no room \\(.*space exceeded\\): compact and defragment it or raise its --quota-backend-bytes, then 'etcdctl alarm disarm'$"));
    }

    [Test]
    public async Task A_key_that_holds_nonsense_is_named_and_the_others_serve()
    {
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = await LeadingAsync(etcd);
        await store.WriteAsync("broker-b", Set with { Name = "broker-b" }, 0, default);
        await etcd.PutAsync(SetKey, "{nonsense");
        var answer = await store.ReadAsync("broker-a", default);
        Assert.That((answer.Status, answer.Reason), Is.EqualTo((StoreStatus.Failed, answer.Reason)));
        Assert.That(answer.Reason, Does.StartWith($"etcd's key {SetKey} holds what is no broker set: "));
        Assert.That((await store.ReadAsync("broker-b", default)).Status, Is.EqualTo(StoreStatus.Done));
    }

    [Test]
    public async Task Whoever_is_no_etcd_is_named([Values("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi", "\u0001\u0002\u0003", "")] string says)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync();
                await socket.SendAsync(System.Text.Encoding.Latin1.GetBytes(says));
            }
        });
        using var client = new EtcdClient(new EtcdOptions { EtcdEndpoints = $"http://{listener.LocalEndpoint}", EtcdRequestTimeoutMillis = 500 });
        Assert.That(
            async () => await client.GrantAsync(3, default),
            Throws.TypeOf<EtcdException>().With.Message.StartsWith($"etcd at http://{listener.LocalEndpoint} "));
    }

    [Test]
    public async Task Of_several_members_one_that_answers_is_found()
    {
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = Store(etcd, "n0", options => options with { EtcdEndpoints = $"http://127.0.0.1:1;{etcd.Endpoint}" });
        await store.StartAsync(default);
        await TestController.EventuallyAsync(() => Task.FromResult(store.Leadership.IsSelf));
    }

    [Test]
    public async Task A_user_and_a_password_are_asked_for_where_etcd_does()
    {
        await using var etcd = await EtcdProcess.StartAsync();
        await etcd.AskAsync("auth/role/add", new { name = "root" });
        await etcd.AskAsync("auth/user/add", new { name = "root", password = "secret" });
        await etcd.AskAsync("auth/user/grant", new { user = "root", role = "root" });
        await etcd.AskAsync("auth/user/add", new { name = "guest", password = "guest" });
        await etcd.AskAsync("auth/enable", new { });
        await using var store = Store(etcd, "n0", options => options with { EtcdUser = "root", EtcdPassword = "secret" });
        await store.StartAsync(default);
        await TestController.EventuallyAsync(() => Task.FromResult(store.Leadership.IsSelf));
        Assert.That((await store.WriteAsync("broker-a", Set, 0, default)).Status, Is.EqualTo(StoreStatus.Done));

        Assert.That(await GrantAsync("root", "wrong"), Does.StartWith($"etcd at {etcd.Endpoint} refuses (etcdUser=root): "));
        Assert.That(await RangeAsync("guest", "guest"), Does.StartWith($"etcd at {etcd.Endpoint} does not let etcdUser=guest use keys below /rocketmq/controller: "));
        Assert.That(await RangeAsync("", ""), Does.StartWith($"etcd at {etcd.Endpoint} refuses (etcdUser=): "));

        async Task<string> GrantAsync(string user, string password)
        {
            using var client = new EtcdClient(new EtcdOptions { EtcdEndpoints = etcd.Endpoint, EtcdUser = user, EtcdPassword = password });
            return await RefusalAsync(() => client.GrantAsync(3, default));
        }

        async Task<string> RangeAsync(string user, string password)
        {
            using var client = new EtcdClient(new EtcdOptions { EtcdEndpoints = etcd.Endpoint, EtcdUser = user, EtcdPassword = password });
            return await RefusalAsync(() => client.RangeAsync(new Etcd.Wire.RangeRequest { Key = new EtcdKeys("/rocketmq/controller", "group1").Leader }, default));
        }
    }

    [Test]
    public async Task Tls_with_certificates_of_both_sides()
    {
        using var authority = new TestAuthority();
        using var stranger = new TestAuthority();
        var (server, serverKey) = authority.Certify("etcd");
        var (own, ownKey) = authority.Certify("controller");
        await using var etcd = await EtcdProcess.StartAsync(
            "https", "--cert-file", server, "--key-file", serverKey, "--client-cert-auth", "--trusted-ca-file", authority.Path);
        await using var store = Store(etcd, "n0", options => options with { EtcdCaFile = authority.Path, EtcdCertFile = own, EtcdKeyFile = ownKey });
        await store.StartAsync(default);
        await TestController.EventuallyAsync(() => Task.FromResult(store.Leadership.IsSelf));
        Assert.That((await store.WriteAsync("broker-a", Set, 0, default)).Status, Is.EqualTo(StoreStatus.Done));

        var trusting = new EtcdOptions { EtcdEndpoints = etcd.Endpoint, EtcdCaFile = authority.Path };
        foreach (var refused in (EtcdOptions[])[trusting, trusting with { EtcdCaFile = stranger.Path, EtcdCertFile = own, EtcdKeyFile = ownKey }, trusting with { EtcdEndpoints = etcd.Endpoint.Replace("https", "http") }])
        {
            using var client = new EtcdClient(refused);
            Assert.That(await RefusalAsync(() => client.GrantAsync(3, default)), Does.StartWith($"etcd at {refused.EtcdEndpoints} "));
        }

        Assert.That(() => new EtcdClient(trusting with { EtcdCertFile = "/nowhere.pem" }), Throws.TypeOf<Remoting.Configuration.ConfigurationException>());
    }

    [TestCase("")]
    [TestCase("127.0.0.1:2379")]
    [TestCase("ftp://127.0.0.1:2379")]
    public void What_is_no_endpoint_is_refused_at_start(string endpoints) =>
        Assert.That(() => new EtcdClient(new EtcdOptions { EtcdEndpoints = endpoints }), Throws.TypeOf<Remoting.Configuration.ConfigurationException>());

    private static async Task<string> RefusalAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return "it was done";
        }
        catch (EtcdException e)
        {
            return e.Message;
        }
    }

    private static async Task<EtcdControllerStore> LeadingAsync(EtcdProcess etcd, string id = "n0", Func<EtcdOptions, EtcdOptions>? change = null)
    {
        var store = Store(etcd, id, change);
        await store.StartAsync(default);
        await TestController.EventuallyAsync(() => Task.FromResult(store.Leadership.IsSelf));
        return store;
    }

    private static EtcdControllerStore Store(EtcdProcess etcd, string id, Func<EtcdOptions, EtcdOptions>? change = null)
    {
        var options = new EtcdOptions { EtcdEndpoints = etcd.Endpoint, EtcdRequestTimeoutMillis = 1000 };
        return new EtcdControllerStore(change?.Invoke(options) ?? options, "group1", id, $"127.0.0.1:700{id[1]}", TimeProvider.System, NullLoggerFactory.Instance);
    }

    private static async Task<ControllerServer> ControllerAsync(EtcdProcess etcd, MemoryTransport network, int number)
    {
        var options = new ControllerOptions
        {
            BindAddress = "127.0.0.1",
            ControllerDLegerPeers = "n0-127.0.0.1:7000;n1-127.0.0.1:7001",
            ControllerDLegerSelfId = $"n{number}",
        };
        var controller = new ControllerServer(options, Store(etcd, options.ControllerDLegerSelfId), TimeProvider.System, NullLoggerFactory.Instance, network);
        await controller.StartAsync();
        return controller;
    }

    private static async Task LeadsAsync(MemoryTransport network, int number)
    {
        await using var client = new RemotingClient(RequestTable.Empty, new RemotingOptions { Transport = network }, TimeProvider.System, NullLoggerFactory.Instance);
        await TestController.EventuallyAsync(async () => (await MetadataAsync(client, number)).IsLeader);
    }

    private static async Task<GetMetaDataResponseHeader> MetadataAsync(RemotingClient client, int number) =>
        (await client.InvokeAsync($"127.0.0.1:700{number}", RemotingCommand.Request(RequestCode.ControllerGetMetadataInfo), Soon)).ReadHeader<GetMetaDataResponseHeader>();
}
