using System.Buffers;
using System.Runtime.Versioning;
using System.Text;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Tests.Auth;

/// <summary>Alice may do all to one topic and one group. These are the ways to others' that a list of names in headers leaves open.</summary>
public sealed class WaysAroundTests
{
    private GuardedBroker _guarded = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _guarded = await GuardedBroker.StartAsync();
        await _guarded.AddUserAsync("alice", "Topic:orders", "Group:readers");
        await _guarded.AddUserAsync("carol", "Cluster:*=Get");
        await _guarded.AddUserAsync("oscar", "Cluster:*=All");
        await SentAsync("orders", "mine");
    }

    [TearDown]
    public async Task StopAsync() => await _guarded.DisposeAsync();

    [Test]
    public async Task A_topic_that_stands_twice_is_neither([Values(SerializeType.Json, SerializeType.RocketMq)] SerializeType type)
    {
        await SentAsync("payments", "theirs");
        var credentials = new AccessCredentials("alice", "alice-secret");
        foreach (var code in (int[])[RequestCode.SendMessage, RequestCode.PullMessage, RequestCode.DeleteTopicInBroker])
        {
            foreach (var (first, second) in (ValueTuple<string, string>[])[("orders", "payments"), ("payments", "orders")])
            {
                var request = AnyRequest.Make(code, second, "readers");
                var fields = new ExtFields();
                fields.Add("topic", first);
                for (var i = 0; i < request.Fields!.Count; i++)
                {
                    fields.Add(request.Fields.NameAt(i), request.Fields.ValueAt(i));
                }

                request.Fields = fields;
                request.SerializeType = type;
                credentials.Sign(request);
                var answer = await _guarded.AskAsync(null, request);

                Assert.That((answer.Code, answer.Remark), Is.EqualTo((ResponseCode.SystemError, "the field <topic> stands twice in the header. Send it once.")));
            }
        }

        Assert.That(await CountAsync("payments"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_is_viewed_under_its_own_topic_only()
    {
        var theirs = await SentAsync("payments", "theirs");
        var mine = await SentAsync("orders", "mine");

        var own = await ViewAsync("alice", "orders", mine);
        var other = await ViewAsync("alice", "orders", theirs);
        var named = await ViewAsync("alice", "payments", theirs);
        var unnamed = await ViewAsync("alice", null, theirs);
        var operators = await ViewAsync("carol", null, theirs);

        Assert.Multiple(() =>
        {
            Assert.That(own.Code, Is.EqualTo(ResponseCode.Success), own.Remark);
            Assert.That(other.Code, Is.EqualTo(ResponseCode.SystemError));
            Assert.That(other.Remark, Does.Contain("in topic orders"));
            Assert.That(other.Body.IsEmpty);
            Assert.That(named.Code, Is.EqualTo(ResponseCode.NoPermission));
            Assert.That(unnamed.Code, Is.EqualTo(ResponseCode.NoPermission));
            Assert.That(operators.Code, Is.EqualTo(ResponseCode.Success), operators.Remark);
        });
    }

    [Test]
    public async Task A_delayed_message_is_viewed_under_the_topic_it_is_for()
    {
        var sent = await _guarded.SendAsync("alice", "orders", [1], new KeyValuePair<string, string>("DELAY", "3"));

        var viewed = await ViewAsync("alice", "orders", Offset(sent));

        Assert.That(viewed.Code, Is.EqualTo(ResponseCode.Success), viewed.Remark);
    }

    [Test]
    public async Task Bytes_in_a_body_that_look_like_a_record_are_none()
    {
        var real = await ViewAsync("root", "orders", Offset(await _guarded.SendAsync("alice", "orders", Encoding.UTF8.GetBytes("mine"))));
        var forged = real.Body.ToArray();
        var carrier = Offset(await _guarded.SendAsync("alice", "orders", forged));
        var at = carrier + (await ViewAsync("root", "orders", carrier)).Body.ToArray().AsSpan().IndexOf(forged);
        WriteOffset(forged, at);
        var second = Offset(await _guarded.SendAsync("alice", "orders", forged));
        var inside = second + (at - carrier);

        Assert.That((await ViewAsync("alice", "orders", at)).Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That((await ViewAsync("root", null, inside)).Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That((await SendBackAsync("alice", inside)).Remark, Does.StartWith("look message by offset failed"));
    }

    [Test]
    public async Task A_reply_goes_to_the_reply_topic_and_nowhere_else([Values(RequestCode.SendReplyMessage, RequestCode.SendReplyMessageV2)] int code)
    {
        await SentAsync("payments", "theirs");

        var answer = await _guarded.AskAsync("alice", AnyRequest.Make(code, "payments", "readers"));
        var reply = await _guarded.AskAsync("alice", AnyRequest.Make(code, "DefaultCluster_REPLY_TOPIC", "readers"));

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.NoPermission));
        Assert.That(answer.Remark, Does.Contain("is not for replies"));
        Assert.That(reply.Code, Is.EqualTo(ResponseCode.SystemError), "nobody waits for it");
        Assert.That(await CountAsync("payments"), Is.EqualTo(1));
    }

    [Test]
    public async Task Only_what_a_group_may_read_is_sent_back_to_it()
    {
        var theirs = await SentAsync("payments", "theirs");
        var mine = await SentAsync("orders", "mine");

        var own = await SendBackAsync("alice", mine);
        var other = await SendBackAsync("alice", theirs);

        Assert.That(own.Code, Is.EqualTo(ResponseCode.Success), own.Remark);
        Assert.That((other.Code, other.Remark), Is.EqualTo((ResponseCode.NoPermission,
            "User:alice has no permission to access Topic:payments from 127.0.0.1, no matched policies. Needed is Sub on Topic:payments.")));
    }

    [TestCase(null)]
    [TestCase("orders")]
    [TestCase("payments")]
    public async Task A_transaction_is_ended_by_who_may_send_to_its_topic(string? named)
    {
        var sent = await _guarded.AskAsync(
            "root", RequestCode.SendMessageV2, TestBroker.SendHeader("payments", 0, [new("TRAN_MSG", "true"), new("PGROUP", "payers"), new("UNIQ_KEY", "p1")], sysFlag: 4), (byte[])[1]);
        var half = sent.ReadHeader<SendMessageResponseHeader>();
        var end = new EndTransactionRequestHeader
        {
            Topic = named, ProducerGroup = "payers", TranStateTableOffset = half.QueueOffset, CommitLogOffset = Offset(sent), CommitOrRollback = 8, MsgId = "p1",
        };

        var alice = await _guarded.AskAsync("alice", RequestCode.EndTransaction, end);
        var before = await CountAsync("payments");
        var root = await _guarded.AskAsync("root", RequestCode.EndTransaction, end);

        Assert.That(alice.Code, Is.EqualTo(ResponseCode.NoPermission), alice.Remark);
        Assert.That(before, Is.Zero);
        Assert.That(root.Code, Is.EqualTo(ResponseCode.Success), root.Remark);
        Assert.That(await CountAsync("payments"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_transaction_whose_half_message_has_to_be_read_from_the_disk_is_ended_by_who_may_send_to_its_topic()
    {
        using var folder = new TestSupport.TestFolder();
        var ends = new List<EndTransactionRequestHeader>();
        await using (var first = await GuardedBroker.StartAsync(directory: folder.Path))
        {
            await first.AddUserAsync("alice", "Topic:orders");
            for (var i = 0; i < 8; i++)
            {
                var sent = await first.AskAsync(
                    "root", RequestCode.SendMessageV2, TestBroker.SendHeader("payments", 0, [new("TRAN_MSG", "true"), new("PGROUP", "payers"), new("UNIQ_KEY", $"p{i}")], sysFlag: 4), (byte[])[1]);
                ends.Add(new EndTransactionRequestHeader
                {
                    ProducerGroup = "payers", TranStateTableOffset = sent.ReadHeader<SendMessageResponseHeader>().QueueOffset, CommitLogOffset = Offset(sent), CommitOrRollback = 8, MsgId = $"p{i}",
                });
            }
        }

        // Each is left to a lane, and the connection has gone on to the next when it is asked whose it is.
        await using var again = await GuardedBroker.StartAsync(directory: folder.Path);
        var refused = await Task.WhenAll(ends.Select(end => again.AskAsync("alice", RequestCode.EndTransaction, end)));
        var ended = await Task.WhenAll(ends.Select(end => again.AskAsync("root", RequestCode.EndTransaction, end)));

        Assert.That(refused.Select(answer => answer.Code), Has.All.EqualTo(ResponseCode.NoPermission));
        Assert.That(ended.Select(answer => (answer.Code, answer.Remark)), Has.All.EqualTo((ResponseCode.Success, (string?)null)));
    }

    [Test]
    public async Task A_message_is_handed_to_a_consumer_of_those_who_may_read_it()
    {
        var handed = 0;
        var consumer = _guarded.ClientOf("alice", new RequestTable.Builder().Add(RequestCode.ConsumeMessageDirectly, new Answering(() => handed++)).Build());
        var theirs = await _guarded.SendAsync("root", "payments", [1]);
        var mine = await _guarded.SendAsync("alice", "orders", [1]);
        await _guarded.AskAsync("alice", RequestCode.HeartBeat, null, new HeartbeatData
        {
            ClientId = "client@1", ConsumerDataSet = [new ConsumerData { GroupName = "readers", SubscriptionDataSet = [new SubscriptionData { Topic = "orders" }] }],
        });
        Assert.That(consumer, Is.Not.Null);

        var other = await ConsumeAsync(theirs);
        var own = await ConsumeAsync(mine);

        Assert.That(other.Remark, Does.Contain("Needed is Sub on Topic:payments"));
        Assert.That((own.Code, handed), Is.EqualTo((ResponseCode.Success, 1)), own.Remark);
    }

    [TestCase("%RETRY%writers", "Sub on Group:writers")]
    [TestCase("%RETRY%writers_orders", "Sub on Group:writers_orders")]
    [TestCase("%RETRY%writers+orders", "Sub on Group:writers")]
    [TestCase("%RETRY%readers2", "Sub on Group:readers2")]
    [TestCase("%RETRY%readers_payments", "Sub on Topic:payments")]
    [TestCase("%RETRY%readers+payments", "Sub on Topic:payments")]
    [TestCase("%RETRY%readers", null)]
    [TestCase("%RETRY%readers_orders", null)]
    [TestCase("%RETRY%readers+orders", null)]
    public async Task Retries_are_read_by_their_own_group(string topic, string? needed)
    {
        foreach (var code in (int[])[RequestCode.PullMessage, RequestCode.PopMessage, RequestCode.PeekMessage, RequestCode.HeartBeat, RequestCode.LockBatchMq, RequestCode.BatchAckMessage, RequestCode.AckMessage])
        {
            var answer = await _guarded.AskAsync("alice", AnyRequest.Make(code, topic, "readers"));

            Assert.That(answer.Code == ResponseCode.NoPermission && answer.Remark!.Contains("Needed is", StringComparison.Ordinal), Is.EqualTo(needed is not null), $"{code}: {answer.Remark}");
            Assert.That(answer.Remark ?? "", Does.Contain(needed ?? ""));
        }
    }

    [Test]
    public async Task Offsets_are_cloned_from_groups_one_may_read()
    {
        var answer = await _guarded.AskAsync("alice", RequestCode.CloneGroupOffset, new CloneGroupOffsetRequestHeader { SrcGroup = "writers", DestGroup = "readers", Topic = "orders" });

        Assert.That(answer.Remark, Does.Contain("Get on Group:writers"));
    }

    [TestCase("initAuthenticationUser")]
    [TestCase("innerClientAuthenticationCredentials")]
    [TestCase("authenticationEnabled")]
    [TestCase("authenticationWhitelist")]
    [TestCase("authorizationEnabled")]
    [TestCase("authorizationWhitelist")]
    [TestCase("aclEnable")]
    [TestCase("rocketmqHome")]
    [TestCase("storePathRootDir")]
    [TestCase("storePathCommitLog")]
    [TestCase("brokerConfigPath")]
    [TestCase("configBlackList")]
    [TestCase("namesrvAddr")]
    [TestCase("listenPort")]
    [TestCase("bindAddress")]
    [TestCase("brokerName")]
    [TestCase("metricsGrpcExporterTarget")]
    [TestCase("tls.server.mode")]
    [TestCase("tlsMode")]
    [TestCase("tls.server.certPath")]
    [TestCase("tls.server.authClient")]
    [TestCase("tls.config.file")]
    [TestCase("proxyProtocolTrustedAddresses")]
    public async Task What_is_no_operator_s_is_not_changed_from_afar_even_by_a_super_user(string key)
    {
        var value = key is "listenPort" ? "1" : key is "bindAddress" or "proxyProtocolTrustedAddresses" ? "127.0.0.1" : key is "namesrvAddr" ? "127.0.0.1:9" : key.EndsWith("Enabled", StringComparison.Ordinal) || key is "aclEnable" ? "false" : "elsewhere/x";

        var answer = await _guarded.AskAsync("root", RequestCode.UpdateBrokerConfig, null, Encoding.UTF8.GetBytes($"longPollingEnable=false\n{key}={value}\n"));
        var config = await _guarded.AskAsync("root", RequestCode.GetBrokerConfig);

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.NoPermission));
        Assert.That(answer.Remark, Does.Contain(key));
        Assert.That(Encoding.UTF8.GetString(config.Body), Does.Contain("longPollingEnable=true"), "nothing of it is done");
    }

    [Test]
    public async Task Passwords_are_told_to_super_users_alone()
    {
        foreach (var (user, sees) in (ValueTuple<string, bool>[])[("carol", false), ("oscar", false), ("root", true)])
        {
            var all = await _guarded.AskAsync(user, RequestCode.AuthListUser, new ListUsersRequestHeader());
            var one = await _guarded.AskAsync(user, RequestCode.AuthGetUser, new GetUserRequestHeader { Username = "alice" });

            Assert.That(all.ReadBody<List<UserInfo>>(), Has.Count.EqualTo(4));
            Assert.That(Encoding.UTF8.GetString(all.Body).Contains("-secret", StringComparison.Ordinal), Is.EqualTo(sees), user);
            Assert.That(one.ReadBody<UserInfo>().Password, Is.EqualTo(sees ? "alice-secret" : null), user);
        }
    }

    [Test]
    [Platform(Exclude = "Win")]
    [UnsupportedOSPlatform("windows")]
    public async Task Files_with_secrets_are_their_owner_s_alone()
    {
        string[] secrets = ["users.json", "users.json.bak", "acls.json", "acls.json.bak"];
        using var folder = new TestSupport.TestFolder();
        var config = folder.File("config");
        Directory.CreateDirectory(config);
        foreach (var name in secrets)
        {
            // As an earlier version left them.
            File.WriteAllText(Path.Combine(config, name), "[]");
            File.SetUnixFileMode(Path.Combine(config, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        var clock = new TestSupport.VirtualTimeProvider();
        await using var guarded = await GuardedBroker.StartAsync(directory: folder.Path, time: clock);
        Assert.That(secrets, Has.All.Matches<string>(name => IsPrivate(Path.Combine(config, name))), "once it is read");
        await guarded.AddUserAsync("dave", "Topic:orders");
        Assert.That(Directory.GetFiles(Path.Combine(config, "changes")), Is.Not.Empty.And.All.Matches<string>(IsPrivate), "the journal");
        foreach (var name in (string[])["users.json", "acls.json"])
        {
            await Eventually.GetAsync(
                clock, TimeSpan.FromSeconds(1),
                () => Task.FromResult(File.ReadAllText(Path.Combine(config, name)).Contains("dave", StringComparison.Ordinal) ? "" : null), name);
        }

        Assert.That(secrets, Has.All.Matches<string>(name => IsPrivate(Path.Combine(config, name))), "once it is written");

        static bool IsPrivate(string path) => File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Test]
    [Platform(Exclude = "Win")]
    [UnsupportedOSPlatform("windows")]
    public void A_file_keeps_the_permissions_it_has_when_it_is_replaced()
    {
        using var folder = new TestSupport.TestFolder();
        var path = folder.File("broker.conf");
        File.WriteAllText(path, "a=1");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        ReplacedFile.Write(path, "a=2"u8);

        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(File.GetUnixFileMode(path + ".bak"), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void Rights_without_proof_of_who_one_is_are_no_way_to_start() => Assert.That(
        () => TestBroker.StartAsync(options => options with { AuthorizationEnabled = true }),
        Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("authorizationEnabled=true needs authenticationEnabled=true"));

    [Test]
    public async Task A_code_that_needs_no_signature_makes_nobody_a_super_user()
    {
        await using var guarded = await GuardedBroker.StartAsync(options => options with { AuthenticationWhitelist = "105,26,28" });
        var claimed = await guarded.AskAsync("root:guessed", RequestCode.GetBrokerRuntimeInfo);
        var proven = await guarded.AskAsync("root", RequestCode.GetBrokerRuntimeInfo);

        Assert.That(claimed.Code, Is.EqualTo(ResponseCode.NoPermission));
        Assert.That(proven.Code, Is.EqualTo(ResponseCode.Success), proven.Remark);
    }

    private Task<RemotingCommand> ViewAsync(string user, string? topic, long offset) =>
        _guarded.AskAsync(user, RequestCode.ViewMessageById, new ViewMessageRequestHeader { Topic = topic, Offset = offset });

    private Task<RemotingCommand> SendBackAsync(string user, long offset) => _guarded.AskAsync(
        user, RequestCode.ConsumerSendMsgBack, new ConsumerSendMsgBackRequestHeader { Group = "readers", Offset = offset, OriginTopic = "orders", DelayLevel = 1 });

    private Task<RemotingCommand> ConsumeAsync(RemotingCommand sent) => _guarded.AskAsync("alice", RequestCode.ConsumeMessageDirectly, new ConsumeMessageDirectlyResultRequestHeader
    {
        ConsumerGroup = "readers", ClientId = "client@1", Topic = "orders", MsgId = sent.ReadHeader<SendMessageResponseHeader>().MsgId,
    });

    private async Task<long> SentAsync(string topic, string body) => Offset(await _guarded.SendAsync("root", topic, Encoding.UTF8.GetBytes(body)));

    private static long Offset(RemotingCommand sent)
    {
        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
        Assert.That(OffsetMessageId.TryParse(sent.ReadHeader<SendMessageResponseHeader>().MsgId, out _, out var offset));
        return offset;
    }

    private async Task<int> CountAsync(string topic) => TestBroker.Messages(await _guarded.AskAsync("root", RequestCode.PullMessage, new PullMessageRequestHeader
    {
        ConsumerGroup = "counters", Topic = topic, QueueId = 0, QueueOffset = 0, MaxMsgNums = 32, SysFlag = 4, Subscription = "*",
    })).Count;

    /// <summary>The record's own place in the log, as it would stand at that place.</summary>
    private static void WriteOffset(byte[] record, long offset) => System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(28), offset);

    private sealed class Answering(Action asked) : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            asked();
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
        }
    }
}
