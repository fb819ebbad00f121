using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Tests.Popping;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Broker.Tests.Transactions;
using RocketMQ.NameServer;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;
using RocketMQ.TestSupport;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.Broker.Tests.Roles;

/// <summary>A broker that becomes a slave and a master again while it runs.</summary>
public class RoleTests
{
    private static readonly BrokerRole Slave = BrokerRole.Slave(1);
    private static readonly ReplicationOptions ServedBySlaves = new() { SlaveReadEnable = true };

    private VirtualTimeProvider _clock = null!;

    [SetUp]
    public void NewClock() => _clock = new VirtualTimeProvider();

    [Test]
    public async Task A_slave_refuses_what_writes_with_the_codes_of_Apaches_and_serves_what_reads()
    {
        await using var tx = await TransactionBroker.StartAsync(o => o with { RecallMessageEnable = true, Replication = ServedBySlaves }, _clock);
        var broker = tx.Broker;
        await broker.SendAsync("Orders", [1]);
        var half = await tx.SendHalfAsync("Orders", "half");
        var popped = (await broker.PopAsync("Orders", 0)).Messages.Single();
        var logEnd = broker.Server.Features.Store.MaxPhysicalOffset;

        Assert.That(await broker.Server.ChangeRoleAsync(Slave), Is.Empty);

        Assert.That(broker.Server.Role, Is.EqualTo(Slave));
        var sent = await broker.SendAsync("Orders", [2]);
        Assert.That(sent.Code, Is.EqualTo(ResponseCode.SystemBusy));
        Assert.That(sent.Remark, Does.StartWith("[REJECTREQUEST]system busy, start flow control for a while"));
        Assert.That((await tx.TrySendHalfAsync("Orders", "late")).Code, Is.EqualTo(ResponseCode.SystemBusy));
        Assert.That((await tx.EndAsync(half)).Code, Is.EqualTo(ResponseCode.SlaveNotAvailable));
        Assert.That(
            (await broker.CallAsync(RequestCode.RecallMessage, new RecallMessageRequestHeader { Topic = "Orders", RecallHandle = "x" })).Code,
            Is.EqualTo(ResponseCode.SlaveNotAvailable));
        Assert.That((await broker.PopAsync("Orders", 0)).Code, Is.EqualTo(ResponseCode.ServiceNotAvailable));
        Assert.That((await broker.AckAsync(popped)).Code, Is.EqualTo(ResponseCode.ServiceNotAvailable));
        Assert.That((await broker.ChangeInvisibleAsync(popped, 1000)).Code, Is.EqualTo(ResponseCode.ServiceNotAvailable));
        var reset = await broker.CallAsync(
            RequestCode.InvokeBrokerToResetOffset, new ResetOffsetRequestHeader { Topic = "Orders", Group = "consumers", Timestamp = 0, IsForce = true });
        Assert.That((reset.Code, reset.Remark), Is.EqualTo((ResponseCode.SystemError, "Can not reset offset in slave broker")));

        var pulled = TestBroker.Messages(await broker.PullAsync("Orders", 0, 0, commitOffset: 1));
        Assert.That(pulled.Select(m => m.Body[0]), Is.EqualTo(new[] { 1 }));
        Assert.That(broker.Server.Features.Store.MaxPhysicalOffset, Is.EqualTo(logEnd), "nothing was written");
        Assert.That(broker.Server.Features.HealthChecks().SelectMany(c => c.Look()).Where(f => !f.IsOk), Is.Empty, "a slave is well");

        Assert.That(await broker.Server.ChangeRoleAsync(BrokerRole.Master), Is.Empty);

        Assert.That((await broker.SendAsync("Orders", [3])).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That((await tx.EndAsync(half)).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That((await broker.AckAsync(popped)).Code, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task A_slave_takes_no_change_that_the_next_word_of_its_master_would_undo()
    {
        await using var broker = await TestBroker.StartAsync(time: _clock);
        await broker.SendAsync("Orders", [1]);
        await broker.Server.ChangeRoleAsync(Slave);
        var group = new SubscriptionGroupConfig { GroupName = "readers" };

        RemotingCommand[] answers =
        [
            await broker.CreateTopicAsync("Bills"),
            await broker.CallAsync(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = "Orders" }),
            await broker.CallAsync(RequestCode.CleanUnusedTopic),
            await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, group),
            await broker.CallAsync(RequestCode.DeleteSubscriptiongroup, new DeleteSubscriptionGroupRequestHeader { GroupName = "consumers" }),
            await broker.CallJsonAsync(
                RequestCode.SetMessageRequestMode, null, new SetMessageRequestModeRequestBody { Topic = "Orders", ConsumerGroup = "consumers" }),
        ];

        Assert.That(
            answers.Select(a => (a.Code, a.Remark)).Distinct(),
            Is.EqualTo(new[] { (ResponseCode.SystemError, "Can't modify topic or subscription group from slave broker, please execute it from master broker.") }));
        Assert.That(broker.Server.Features.Topics.All.Keys, Does.Contain("Orders").And.Not.Contain("Bills"));
    }

    [Test]
    public async Task A_pop_in_order_that_waits_while_its_broker_becomes_a_slave_is_given_nothing()
    {
        await using var broker = await TestBroker.StartAsync(time: _clock);
        await broker.SendAsync("Orders", [1]);
        Assert.That((await broker.PopAsync("Orders", 0, invisibleMs: 10_000, order: true)).Messages, Has.Count.EqualTo(1));
        var waiting = broker.PopAsync("Orders", 0, pollMs: 20_000, order: true, bornTime: _clock.GetUtcNow().ToUnixTimeMilliseconds());
        await Eventually.BecomesAsync(() => broker.Server.Features.Pops.ParkedCount == 1, "the pop to wait");

        await broker.Server.ChangeRoleAsync(Slave);
        var popped = await Eventually.GetAsync(
            _clock, TimeSpan.FromSeconds(1), () => Task.FromResult(waiting.IsCompleted ? waiting.Result : null), "the answer");

        Assert.That(popped.Code, Is.EqualTo(ResponseCode.ServiceNotAvailable).Or.EqualTo(ResponseCode.PollingTimeout));
        Assert.That(popped.Messages, Is.Empty);
    }

    /// <summary>What no table of codes thinks of: the store takes no appends.</summary>
    [Test]
    public async Task What_writes_by_another_way_is_refused_by_the_store()
    {
        await using var broker = await TestBroker.StartAsync(time: _clock);
        await broker.Server.ChangeRoleAsync(Slave);
        var reply = await broker.CallAsync(RequestCode.SendReplyMessageV2, TestBroker.SendHeader("DefaultCluster_REPLY_TOPIC", 0), [1]);

        Assert.That(broker.Server.Features.Store.WriteStatus, Is.EqualTo(AppendStatus.NotMaster));
        Assert.That(broker.Server.Features.Store.MaxPhysicalOffset, Is.Zero, reply.Remark);
    }

    [TestCase("DELAY", "2")]
    [TestCase("TIMER_DELAY_MS", "5000")]
    public async Task A_message_that_is_due_meanwhile_waits_for_a_master_and_comes_once(string property, string value)
    {
        await using var broker = await TestBroker.StartAsync(
            o => o with { Replication = ServedBySlaves }, configureStore: s => s with { TimerPrecisionMs = 100 }, time: _clock);
        await broker.SendAsync("Orders", [1], properties: [new(property, value)]);

        await broker.Server.ChangeRoleAsync(Slave);
        await PassAsync(TimeSpan.FromSeconds(20));
        Assert.That(TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)), Is.Empty);
        await broker.Server.ChangeRoleAsync(BrokerRole.Master);

        await Eventually.GetAsync(
            _clock, TimeSpan.FromMilliseconds(200), async () => TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)).Count > 0 ? "" : null, "the message");
        await broker.Server.ChangeRoleAsync(Slave);
        await broker.Server.ChangeRoleAsync(BrokerRole.Master);
        await PassAsync(TimeSpan.FromSeconds(20));
        Assert.That(TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_producer_is_asked_by_a_master_only_and_its_word_counts_once()
    {
        await using var tx = await TransactionBroker.StartAsync(clock: _clock);
        await tx.SendHalfAsync("Orders", "a");
        await tx.Broker.HeartbeatAsync("producer-1", "tx");
        await tx.Broker.Server.ChangeRoleAsync(Slave);
        await PassAsync(TimeSpan.FromMinutes(3));
        Assert.That(tx.Checks, Is.Empty);
        await tx.Broker.Server.ChangeRoleAsync(BrokerRole.Master);

        var asked = await tx.NextCheckAsync();
        Assert.That((await tx.AnswerAsync(asked.Header)).Code, Is.EqualTo(ResponseCode.Success));
        await tx.Broker.Server.ChangeRoleAsync(Slave);
        await tx.Broker.Server.ChangeRoleAsync(BrokerRole.Master);
        Assert.That((await tx.AnswerAsync(asked.Header)).Code, Is.EqualTo(ResponseCode.Success), "said twice");

        Assert.That(await tx.PullAsync("Orders"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_nobody_acknowledged_comes_back_from_a_master_only_and_once()
    {
        await using var broker = await TestBroker.StartAsync(configureStore: s => s with { TimerPrecisionMs = 100 }, time: _clock);
        await broker.SendManyAsync("Orders", 2);
        var popped = await broker.PopAsync("Orders", 0, invisibleMs: 10_000);
        Assert.That((await broker.AckAsync(popped.Messages[0])).Code, Is.EqualTo(ResponseCode.Success));

        await broker.Server.ChangeRoleAsync(Slave);
        await PassAsync(TimeSpan.FromSeconds(60));
        await broker.Server.ChangeRoleAsync(BrokerRole.Master);

        var back = await Eventually.GetAsync(
            _clock, TimeSpan.FromMilliseconds(500), async () => await broker.PopAsync("Orders") is { Messages.Count: > 0 } again ? again : null, "the message");
        Assert.That(back.Bodies, Is.EqualTo(new[] { 1 }));
        Assert.That((await broker.AckAsync(back.Messages[0])).Code, Is.EqualTo(ResponseCode.Success));
        await broker.Server.ChangeRoleAsync(Slave);
        await broker.Server.ChangeRoleAsync(BrokerRole.Master);
        await PassAsync(TimeSpan.FromSeconds(90));
        Assert.That((await broker.PopAsync("Orders")).Messages, Is.Empty);
    }

    /// <summary>As replication will: what another master has written is found in the log, not in what this one remembers.</summary>
    [Test]
    public async Task What_another_master_wrote_meanwhile_is_taken_on()
    {
        await using var tx = await TransactionBroker.StartAsync(clock: _clock);
        var (broker, store) = (tx.Broker, tx.Broker.Server.Features.Store);
        var half = await tx.SendHalfAsync("Orders", "ended-by-the-other");
        await tx.SendHalfAsync("Orders", "open");
        await broker.SendAsync("Orders", [1], properties: [new("DELAY", "1")]);
        await broker.Server.ChangeRoleAsync(Slave);

        await store.AllowAppendsAsync();
        Copy(store, "SCHEDULE_TOPIC_XXXX", 0, [2], [new("DELAY", "1"), new("REAL_TOPIC", "Orders"), new("REAL_QID", "0")]);
        Copy(store, "RMQ_SYS_TRANS_OP_HALF_TOPIC", 0, "0,"u8, [new("TAGS", "d")]);
        store.ForbidAppends();
        await broker.Server.ChangeRoleAsync(BrokerRole.Master);

        var asked = await tx.NextCheckAsync();
        Assert.That(asked.Half.UniqueKey, Is.EqualTo("id-open"), "the other has ended");
        Assert.That((await tx.EndAsync(half)).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(await tx.PullAsync("Orders"), Is.Empty, "a word about what has ended");
        var delivered = await Eventually.GetAsync(
            _clock, TimeSpan.FromMilliseconds(500),
            async () => TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)) is { Count: 2 } both ? both : null, "both delayed messages");
        Assert.That(delivered.Select(m => m.Body[0]), Is.EquivalentTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Name_servers_know_it_by_the_id_of_its_role()
    {
        using var folder = new TestFolder();
        await using var nameServer = new NameServer.NameServer(
            new NameServerOptions { ListenPort = 0, BindAddress = "127.0.0.1", KvConfigPath = folder.File("kv.json"), ConfigStorePath = folder.File("namesrv.conf") },
            TimeProvider.System, NullLoggerFactory.Instance, new KestrelTransport(NullLoggerFactory.Instance));
        await nameServer.StartAsync();
        await using var broker = await TestBroker.StartAsync(o => o with { NamesrvAddr = nameServer.LocalEndPoint.ToString() });
        await broker.CreateTopicAsync("Orders");

        Assert.That(await IdsAsync(), Is.EqualTo(new[] { 0L }));
        await broker.Server.ChangeRoleAsync(BrokerRole.Slave(3));
        Assert.That(await IdsAsync(), Is.EqualTo(new[] { 3L }));
        await broker.Server.ChangeRoleAsync(BrokerRole.Slave(2));
        Assert.That(await IdsAsync(), Is.EqualTo(new[] { 2L }));
        await broker.Server.ChangeRoleAsync(BrokerRole.Master);
        Assert.That(await IdsAsync(), Is.EqualTo(new[] { 0L }));

        async Task<IEnumerable<long>> IdsAsync()
        {
            var reply = await broker.Client.InvokeAsync(
                nameServer.LocalEndPoint.ToString(), RemotingCommand.Request(RequestCode.GetRouteinfoByTopic, new GetRouteInfoRequestHeader { Topic = "Orders" }), TimeSpan.FromSeconds(5));
            return reply.ReadBody<TopicRouteData>().BrokerDatas.Single().BrokerAddrs.Keys;
        }
    }

    [Test]
    public async Task A_slave_that_stops_and_starts_is_the_master_of_its_configuration_and_goes_on()
    {
        await using var first = await TestBroker.StartAsync(time: _clock, directory: Directory.CreateTempSubdirectory("rocketmq-broker-").FullName);
        await first.SendAsync("Orders", [1], properties: [new("DELAY", "1")]);
        await first.Server.ChangeRoleAsync(Slave);
        Assert.That(await first.Server.StopAsync(), Is.Empty);
        Assert.That(async () => await first.Server.ChangeRoleAsync(BrokerRole.Master), Throws.InvalidOperationException);

        await using (var next = await TestBroker.StartAsync(time: _clock, directory: first.Directory))
        {
            await Eventually.GetAsync(
                _clock, TimeSpan.FromMilliseconds(200), async () => TestBroker.Messages(await next.PullAsync("Orders", 0, 0)).Count == 1 ? "" : null, "the message");
        }

        Directory.Delete(first.Directory, recursive: true);
    }

    private static void Copy(MessageStore store, string topic, int queueId, ReadOnlySpan<byte> body, IEnumerable<KeyValuePair<string, string>> properties)
    {
        var host = MessageHost.From(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1));
        var appended = store.Append(new MessageDraft
        {
            Topic = topic, QueueId = queueId, Body = body, Properties = PropertyText.ToUtf8(properties), BornHost = host, StoreHost = host, BornTimestamp = 1,
        });
        Assert.That(appended.Status, Is.EqualTo(AppendStatus.Ok));
    }

    /// <summary>Lets time pass in steps, and who is woken by each have a moment.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(time / 20);
            await Task.Delay(5);
        }
    }
}
