using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Tests.Auth;

/// <summary>A broker that asks who sends a request, and whether they may.</summary>
public sealed class AccessGuardTests
{
    private readonly Dictionary<string, RemotingClient> _clients = [];
    private TestBroker _broker;

    [SetUp]
    public async Task StartAsync()
    {
        _broker = await TestBroker.StartAsync(options => options with
        {
            AuthenticationEnabled = true,
            AuthorizationEnabled = true,
            InitAuthenticationUser = "{\"username\":\"root\",\"password\":\"root-secret\"}",
            AuthorizationWhitelist = "31",
            AuthenticationWhitelist = " 46, 30",
        });
        await CallAsync("root", RequestCode.AuthCreateUser, new CreateUserRequestHeader { Username = "alice" }, new UserInfo { Password = "alice-secret" });
        await AllowAsync("Topic:orders", "Pub", "Sub");
        await AllowAsync("Group:readers", "Sub");
        await CallAsync("root", RequestCode.UpdateAndCreateTopic, new CreateTopicRequestHeader
        {
            Topic = "payments", DefaultTopic = "TBW102", ReadQueueNums = 1, WriteQueueNums = 1, Perm = 6,
        });
    }

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var client in _clients.Values)
        {
            await client.DisposeAsync();
        }

        _clients.Clear();
        await _broker.DisposeAsync();
    }

    [Test]
    public async Task A_super_user_may_do_anything()
    {
        var reply = await CallAsync("root", RequestCode.GetBrokerRuntimeInfo);

        Assert.That(reply.Code, Is.Zero, reply.Remark);
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("\t ")]
    public async Task A_blank_topic_among_the_subscriptions_of_a_heartbeat_refuses_nobody(string blank)
    {
        var reply = await CallAsync("alice", RequestCode.HeartBeat, null, new HeartbeatData
        {
            ClientId = "c1",
            ConsumerDataSet =
            [
                new ConsumerData
                {
                    GroupName = "readers",
                    SubscriptionDataSet = [new SubscriptionData { Topic = "orders" }, new SubscriptionData { Topic = blank }],
                },
            ],
        });

        Assert.That(reply.Code, Is.EqualTo(ResponseCode.Success), reply.Remark);
    }

    [Test]
    public async Task Who_does_not_sign_is_refused()
    {
        var reply = await _broker.CallAsync(RequestCode.GetBrokerRuntimeInfo);

        Assert.That(reply.Code, Is.EqualTo(ResponseCode.NoPermission));
        Assert.That(reply.Remark, Does.Contain("carries no AccessKey"));
    }

    [Test]
    public async Task A_wrong_secret_an_unknown_and_a_disabled_user_are_refused()
    {
        var wrong = await CallAsync("alice", RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = "orders" }, secret: "guessed");
        var unknown = await CallAsync("mallory", RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = "orders" });
        await CallAsync("root", RequestCode.AuthUpdateUser, new UpdateUserRequestHeader { Username = "alice" }, new UserInfo { UserStatus = "disable" });
        var disabled = await SendAsync("alice", "orders");

        Assert.Multiple(() =>
        {
            Assert.That(wrong.Remark, Does.StartWith("check signature failed.").And.Not.Contain("secret-"));
            Assert.That(unknown.Remark, Is.EqualTo("User:mallory is not found."));
            Assert.That((disabled.Code, disabled.Remark), Is.EqualTo((ResponseCode.NoPermission, "User:alice is disabled.")));
        });
    }

    [Test]
    public async Task A_user_may_send_where_it_is_allowed_to_and_nowhere_else()
    {
        var allowed = await SendAsync("alice", "orders");
        var denied = await SendAsync("alice", "payments");

        Assert.That(allowed.Code, Is.Zero, allowed.Remark);
        Assert.That(denied.Code, Is.EqualTo(ResponseCode.NoPermission));
        Assert.That(
            denied.Remark,
            Is.EqualTo("User:alice has no permission to access Topic:payments from 127.0.0.1, no matched policies. Needed is Pub on Topic:payments."));
    }

    [Test]
    public async Task A_pull_needs_the_topic_and_the_group()
    {
        await SendAsync("alice", "orders");
        var allowed = await PullAsync("orders", "readers");
        var otherGroup = await PullAsync("orders", "spies");
        var otherTopic = await PullAsync("payments", "readers");
        var ownRetries = await PullAsync("%RETRY%readers", "readers");

        Assert.Multiple(() =>
        {
            Assert.That(allowed.Code, Is.Zero, allowed.Remark);
            Assert.That(otherGroup.Remark, Does.Contain("Needed is Sub on Group:spies"));
            Assert.That(otherTopic.Remark, Does.Contain("Needed is Sub on Topic:payments"));
            Assert.That(ownRetries.Code, Is.Not.EqualTo(ResponseCode.NoPermission), ownRetries.Remark);
        });
    }

    [Test]
    public async Task A_heartbeat_needs_every_group_and_topic_it_names()
    {
        var allowed = await CallAsync("alice", RequestCode.HeartBeat, null, Heartbeat("orders", "%RETRY%readers"));
        var denied = await CallAsync("alice", RequestCode.HeartBeat, null, Heartbeat("orders", "payments"));

        Assert.That(allowed.Code, Is.Zero, allowed.Remark);
        Assert.That(denied.Remark, Does.Contain("Sub on Topic:payments"));
    }

    [Test]
    public async Task A_rule_that_denies_says_so()
    {
        await CallAsync("root", RequestCode.AuthUpdateAcl, new UpdateAclRequestHeader { Subject = "User:alice" }, Rule("Topic:orders", "Deny", "Pub"));
        var denied = await SendAsync("alice", "orders");

        Assert.That(denied.Remark, Does.Contain("the decision is deny."));
    }

    [TestCase(RequestCode.GetBrokerRuntimeInfo, "Get on Cluster:DefaultCluster")]
    [TestCase(RequestCode.UpdateBrokerConfig, "Update on Cluster:DefaultCluster")]
    [TestCase(RequestCode.AuthListUser, "Get on Cluster:DefaultCluster")]
    [TestCase(RequestCode.AuthCreateUser, "Update on Cluster:DefaultCluster")]
    [TestCase(RequestCode.SetMessageRequestMode, "Update on Cluster:DefaultCluster")]
    public async Task What_names_no_topic_or_group_needs_the_cluster(int code, string needed)
    {
        var reply = await CallAsync("alice", code);

        // A request that this broker does not know is answered as such, whoever sends it.
        Assert.That(reply.Code, Is.EqualTo(ResponseCode.NoPermission).Or.EqualTo(ResponseCode.RequestCodeNotSupported));
        Assert.That(reply.Remark, Does.Contain(needed).Or.Contain("not supported"));
    }

    [Test]
    public async Task A_user_that_may_update_the_cluster_still_makes_no_super_users()
    {
        await AllowAsync("Cluster:*", "All");
        var normal = await CallAsync("alice", RequestCode.AuthCreateUser, new CreateUserRequestHeader { Username = "bob" }, new UserInfo { Password = "x" });
        var super = await CallAsync(
            "alice", RequestCode.AuthCreateUser, new CreateUserRequestHeader { Username = "eve" }, new UserInfo { Password = "x", UserType = "Super" });
        var root = await CallAsync("alice", RequestCode.AuthDeleteUser, new DeleteUserRequestHeader { Username = "root" });

        Assert.Multiple(() =>
        {
            Assert.That(normal.Code, Is.Zero, normal.Remark);
            Assert.That(super.Remark, Is.EqualTo("The super user can only be create by super user"));
            Assert.That(root.Remark, Is.EqualTo("The super user can only be delete by super user"));
        });
    }

    [Test]
    public async Task Codes_on_the_white_lists_are_let_through()
    {
        var unauthorized = await CallAsync("alice", RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = "payments" });
        var unsigned = await _broker.CallAsync(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = "payments" });

        Assert.That(unauthorized.Code, Is.Zero, unauthorized.Remark);
        Assert.That(unsigned.Remark, Does.StartWith("Nobody has permission"), "unsigned requests still need to be allowed");
    }

    [Test]
    public void A_setting_that_names_no_user_is_refused_without_showing_it() => Assert.That(
        () => TestBroker.StartAsync(options => options with { InitAuthenticationUser = "root:hunter2" }),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains("initAuthenticationUser is not of the form").And.Message.Not.Contain("hunter2"));

    [Test]
    public void Secrets_are_not_shown_with_the_settings()
    {
        var settings = OptionsBinder.Describe(
            new Broker.Configuration.BrokerOptions { InitAuthenticationUser = "{\"password\":\"hunter2\"}" }, JavaProperties.Empty);

        Assert.That(settings.Single(s => s.Key == "initAuthenticationUser").Value, Is.EqualTo("******"));
    }

    private static HeartbeatData Heartbeat(params string[] topics) => new()
    {
        ClientId = "c",
        ProducerDataSet = [new ProducerData { GroupName = "anyone" }],
        ConsumerDataSet = [new ConsumerData
        {
            GroupName = "readers", SubscriptionDataSet = [.. topics.Select(topic => new SubscriptionData { Topic = topic, SubString = "*" })],
        }],
    };

    private static AclInfo Rule(string resource, string decision, params string[] actions) => new()
    {
        Policies = [new PolicyInfo { Entries = [new PolicyEntryInfo { Resource = resource, Decision = decision, Actions = [.. actions] }] }],
    };

    private Task<RemotingCommand> AllowAsync(string resource, params string[] actions) => CallAsync(
        "root", RequestCode.AuthCreateAcl, new CreateAclRequestHeader { Subject = "User:alice" }, Rule(resource, "Allow", actions));

    private Task<RemotingCommand> SendAsync(string user, string topic) => CallAsync(user, RequestCode.SendMessageV2, TestBroker.SendHeader(topic, 0), (byte[])[1]);

    private Task<RemotingCommand> PullAsync(string topic, string group) => CallAsync("alice", RequestCode.PullMessage, new PullMessageRequestHeader
    {
        ConsumerGroup = group, Topic = topic, QueueId = 0, QueueOffset = 0, MaxMsgNums = 1, SysFlag = 4, Subscription = "*",
    });

    /// <param name="user">Who signs; the secret of alice is alice-secret.</param>
    /// <param name="code">The request.</param>
    /// <param name="header">Its header.</param>
    /// <param name="body">Bytes, or something to be sent as JSON.</param>
    /// <param name="secret">Another secret than the user's.</param>
    private Task<RemotingCommand> CallAsync(string user, int code, ICommandHeader? header = null, object? body = null, string? secret = null)
    {
        if (!_clients.TryGetValue(user + secret, out var client))
        {
            client = new RemotingClient(
                RequestTable.Empty, new RemotingOptions { Credentials = new AccessCredentials(user, secret ?? $"{user}-secret") }, TimeProvider.System,
                NullLoggerFactory.Instance);
            _clients[user + secret] = client;
        }

        var bytes = body switch { null => [], byte[] raw => raw, _ => Protocol.Json.RemotingJson.Serialize(body) };
        return client.InvokeAsync(_broker.Address, RemotingCommand.Request(code, header, bytes), TimeSpan.FromSeconds(10));
    }
}
