using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Auth;
using RocketMQ.Broker.Auth.Plain;
using RocketMQ.Broker.Host;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Tests.Auth;

/// <summary>ACL 1.0: what plain_acl.yml says.</summary>
public sealed class PlainAclTests
{
    private const string Accounts = """
        globalWhiteRemoteAddresses:
          - 10.10.103.*
          - 192.168.0.*

        accounts:
          - accessKey: RocketMQ
            secretKey: 12345678
            whiteRemoteAddress:
            admin: false
            defaultTopicPerm: DENY
            defaultGroupPerm: SUB
            topicPerms:
              - topicA=DENY
              - topicB=PUB|SUB
              - topicC=SUB
            groupPerms:
              # the group should convert to retry topic
              - groupA=DENY
              - groupB=PUB|SUB
          - accessKey: rocketmq2
            secretKey: 12345678
            whiteRemoteAddress: 192.168.1.*
            admin: true
        """;

    private string _home;

    [SetUp]
    public void MakeHome()
    {
        _home = Directory.CreateTempSubdirectory("rocketmq-home-").FullName;
        Directory.CreateDirectory(Path.Combine(_home, "conf"));
    }

    [TearDown]
    public void DeleteHome() => Directory.Delete(_home, recursive: true);

    [TestCase("Topic:topicA", "Pub", ExpectedResult = false)]
    [TestCase("Topic:topicA", "Get", ExpectedResult = false)]
    [TestCase("Topic:topicB", "Pub", ExpectedResult = true)]
    [TestCase("Topic:topicC", "Pub", ExpectedResult = false)]
    [TestCase("Topic:topicC", "Sub", ExpectedResult = true)]
    [TestCase("Topic:topicC", "Get", ExpectedResult = true)]
    [TestCase("Topic:other", "Sub", ExpectedResult = false)]
    [TestCase("Topic:RMQ_SYS_TRACE_TOPIC", "Pub", ExpectedResult = true)]
    [TestCase("Group:groupA", "Sub", ExpectedResult = false)]
    [TestCase("Group:other", "Sub", ExpectedResult = true)]
    [TestCase("Cluster:main", "Update", ExpectedResult = false)]
    public bool Permissions_hold_as_Apaches_file_says(string resource, string action)
    {
        var account = Load(Accounts).Find("RocketMQ")!;

        Assert.That(Resource.TryParse(resource, out var wanted));
        var rule = account.Rules.Decide(new Access(wanted!, AccessNames.Parse<AccessAction>(action, "action")), null);
        return rule?.Decision == Decision.Allow;
    }

    [TestCase("10.10.103.7", null, ExpectedResult = true)]
    [TestCase("10.10.104.7", null, ExpectedResult = false)]
    [TestCase("192.168.1.9", "rocketmq2", ExpectedResult = true)]
    [TestCase("192.168.1.9", "RocketMQ", ExpectedResult = false)]
    [TestCase("192.168.1.9", null, ExpectedResult = false)]
    public bool White_addresses_are_trusted(string source, string? accessKey) => Load(Accounts).Trusts(IPAddress.Parse(source), accessKey);

    [TestCase("*", "1.2.3.4", ExpectedResult = true)]
    [TestCase("*", "::1", ExpectedResult = true)]
    [TestCase("1.2.3.4", "1.2.3.4", ExpectedResult = true)]
    [TestCase("1.2.3.4", "1.2.3.5", ExpectedResult = false)]
    [TestCase("1.2.3-5.*", "1.2.4.99", ExpectedResult = true)]
    [TestCase("1.2.3-5.*", "1.2.6.99", ExpectedResult = false)]
    [TestCase("1.2.3.{4,6}", "1.2.3.6", ExpectedResult = true)]
    [TestCase("1.2.3.{4,6}", "1.2.3.5", ExpectedResult = false)]
    [TestCase("1.2.3.4,1.2.3.9", "1.2.3.9", ExpectedResult = true)]
    [TestCase("2001:db8::1", "2001:db8:0:0:0:0:0:1", ExpectedResult = true)]
    [TestCase("1.2.*", "1.2.9.9", ExpectedResult = true)]
    public bool Addresses_match_their_patterns(string pattern, string address) => AddressPattern.Parse(pattern).Matches(IPAddress.Parse(address));

    [TestCase("accounts:\n  - accessKey: short\n    secretKey: hunter22\n", "line 2: the accessKey 'short'")]
    [TestCase("accounts:\n  - accessKey: longenough\n    secretKey: hunter22\n    topicPerms:\n      - orders\n", "line 5: 'orders' is no permission")]
    [TestCase("accounts:\n  - accessKey: longenough\n    secretKey: hunter22\n    defaultTopicPerm: ALL\n", "line 2: 'ALL' is none of DENY")]
    [TestCase("globalWhiteRemoteAddresses:\n  - 1.2.3\n", "line 2: '1.2.3' is no address pattern")]
    [TestCase("accounts: [\n", "plain_acl.yml line ")]
    [TestCase("", "holds no accounts")]
    public void A_file_that_is_wrong_is_refused_with_its_line_and_no_secret(string text, string reason) =>
        Assert.That(() => Load(text), Throws.TypeOf<ConfigurationException>().With.Message.Contains(reason).And.Message.Not.Contain("hunter"));

    [Test]
    public void A_missing_file_keeps_the_broker_from_starting() => Assert.That(
        () => TestBroker.StartAsync(options => options with { AclEnable = true, RocketmqHome = _home }),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains("which aclEnable=true needs"));

    [Test]
    public async Task A_broker_asks_the_accounts_of_the_file()
    {
        await File.WriteAllTextAsync(Path.Combine(_home, "conf", "plain_acl.yml"), Accounts);
        await using var broker = await TestBroker.StartAsync(options => options with { AclEnable = true, RocketmqHome = _home });
        await using var admin = Client("rocketmq2", "12345678");
        await using var normal = Client("RocketMQ", "12345678");
        await using var thief = Client("RocketMQ", "87654321");

        Assert.Multiple(async () =>
        {
            Assert.That((await SendAsync(broker, normal, "topicB")).Code, Is.Zero);
            Assert.That((await SendAsync(broker, normal, "topicC")).Remark, Does.Contain("Needed is Pub on Topic:topicC"));
            Assert.That((await SendAsync(broker, thief, "topicB")).Remark, Does.StartWith("check signature failed"));
            Assert.That((await SendAsync(broker, admin, "topicC")).Code, Is.Zero);
            Assert.That((await broker.SendAsync("topicB", [1])).Code, Is.EqualTo(ResponseCode.NoPermission), "unsigned");
            Assert.That(
                (await normal.InvokeAsync(broker.Address, RemotingCommand.Request(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = "topicC" }), TimeSpan.FromSeconds(10))).Code,
                Is.Zero);
        });
    }

    private static RemotingClient Client(string accessKey, string secretKey) => new(
        RequestTable.Empty, new RemotingOptions { Credentials = new AccessCredentials(accessKey, secretKey) }, TimeProvider.System, NullLoggerFactory.Instance);

    private static Task<RemotingCommand> SendAsync(TestBroker broker, RemotingClient client, string topic) => client.InvokeAsync(
        broker.Address, RemotingCommand.Request(RequestCode.SendMessageV2, TestBroker.SendHeader(topic, 0), (byte[])[1]), TimeSpan.FromSeconds(10));

    private PlainAcl Load(string text)
    {
        var path = Path.Combine(_home, "conf", "plain_acl.yml");
        File.WriteAllText(path, text);
        return PlainAclFile.Load(path, new PlainAclYaml());
    }
}
