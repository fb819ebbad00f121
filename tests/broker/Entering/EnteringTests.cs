using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Tests.Auth;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Tls;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Entering;

/// <summary>TLS and PROXY headers before a broker's first request, and what becomes of the requests.</summary>
public class EnteringTests
{
    private const string Relayed = "PROXY TCP4 192.0.2.1 192.0.2.9 40000 10911\r\n";

    [TestCase(RequestCode.SendMessage, false)]
    [TestCase(RequestCode.SendMessageV2, false)]
    [TestCase(RequestCode.SendMessageV2, true, Description = "One-way: nobody waits for an answer that would tell.")]
    public async Task A_plain_send_to_a_broker_that_enforces_TLS_stores_nothing(int code, bool oneway)
    {
        await using var broker = await TestBroker.StartAsync(options => options with { Tls = new TlsOptions { ServerMode = TlsMode.Enforcing } });
        await using var client = Client();
        Assert.That((await AskAsync(client, broker, Send("T"))).Code, Is.Zero, "over TLS it is stored");

        using (var plain = new PlainPeer(broker.Address))
        {
            plain.Send(Frame(Send("T", code), oneway));
            Assert.That(plain.Receive(), Is.Null);
        }

        Assert.That(
            async () => await broker.SendAsync("T", [1]), Throws.InstanceOf<RemotingException>(), "the library's client is told, too");
        var answer = await AskAsync(client, broker, RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = "T", QueueId = 0 });
        Assert.That(answer.ReadHeader<GetMaxOffsetResponseHeader>().Offset, Is.EqualTo(1));
    }

    [Test]
    public async Task A_broker_lets_in_whom_its_authority_has_certified()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority();
        var (certPath, keyPath) = authority.Certify("broker");
        await using var broker = await TestBroker.StartAsync(options => options with
        {
            Tls = new TlsOptions
            {
                ServerMode = TlsMode.Enforcing, ServerCertPath = certPath, ServerKeyPath = keyPath,
                ServerNeedClientAuth = ClientAuth.Require, ServerTrustCertPath = authority.Path,
            },
        });

        foreach (var (certifier, isLetIn) in new[] { (authority, true), (other, false) })
        {
            var (clientCert, clientKey) = certifier.Certify("client");
            await using var client = Client(new TlsOptions { Enable = true, ClientCertPath = clientCert, ClientKeyPath = clientKey, ClientTrustCertPath = authority.Path });
            if (isLetIn)
            {
                Assert.That((await AskAsync(client, broker, Send("T"))).Code, Is.Zero);
            }
            else
            {
                Assert.That(async () => await AskAsync(client, broker, Send("T")), Throws.InstanceOf<RemotingException>());
            }
        }
    }

    [Test]
    public async Task A_message_is_born_where_a_trusted_proxy_says()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { ProxyProtocolTrustedAddresses = "127.0.0.1" });
        using var proxy = new PlainPeer(broker.Address);
        proxy.Send([.. Encoding.ASCII.GetBytes(Relayed), .. Frame(Send("T"))]);
        Assert.That(proxy.Receive(), Is.Not.Null);
        using var direct = new PlainPeer(broker.Address);
        direct.Send(Frame(Send("T")));
        Assert.That(direct.Receive(), Is.Not.Null);

        var records = (await broker.PullAsync("T", 0, 0)).Body.ToArray();
        Assert.That(BornHost(records), Is.EqualTo(IPEndPoint.Parse("192.0.2.1:40000")));
        Assert.That(BornHost(records[BinaryPrimitives.ReadInt32BigEndian(records)..]), Is.EqualTo(direct.LocalEndPoint));
    }

    [Test]
    public async Task A_header_from_anybody_else_stores_nothing()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { ProxyProtocolTrustedAddresses = "127.0.0.2" });
        await broker.SendAsync("T", [1]);
        using var liar = new PlainPeer(broker.Address);
        liar.Send([.. Encoding.ASCII.GetBytes(Relayed), .. Frame(Send("T"))]);
        Assert.That(liar.Receive(), Is.Null);

        var answer = await broker.CallAsync(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = "T", QueueId = 0 });
        Assert.That(answer.ReadHeader<GetMaxOffsetResponseHeader>().Offset, Is.EqualTo(1));
    }

    [TestCase("192.0.2.1", true)]
    [TestCase("192.0.2.2", false)]
    [TestCase("127.0.0.1", false)]
    public async Task A_user_is_authorised_by_the_address_behind_the_proxy(string source, bool isAllowed)
    {
        await using var guarded = await GuardedBroker.StartAsync(options => options with { ProxyProtocolTrustedAddresses = "127.0.0.1" });
        await guarded.AskAsync("root", RequestCode.AuthCreateUser, new CreateUserRequestHeader { Username = "alice" }, new UserInfo { Password = "alice-secret" });
        var rule = new PolicyEntryInfo { Resource = "Topic:*", Decision = "Allow", Actions = ["All"], SourceIps = ["192.0.2.1"] };
        var added = await guarded.AskAsync(
            "root", RequestCode.AuthCreateAcl, new CreateAclRequestHeader { Subject = "User:alice" }, new AclInfo { Policies = [new PolicyInfo { Entries = [rule] }] });
        Assert.That(added.Code, Is.Zero, added.Remark);

        var send = Send("T");
        new AccessCredentials("alice", "alice-secret").Sign(send);
        using var proxy = new PlainPeer(guarded.Broker.Address);
        proxy.Send([.. source == "127.0.0.1" ? [] : Encoding.ASCII.GetBytes($"PROXY TCP4 {source} 192.0.2.9 40000 10911\r\n"), .. Frame(send)]);
        var answer = new RemotingCommand();
        CommandCodec.Decode(new ReadOnlySequence<byte>(proxy.Receive()!), answer);
        Assert.That(answer.Code, Is.EqualTo(isAllowed ? ResponseCode.Success : ResponseCode.NoPermission), answer.Remark);
    }

    [Test]
    public async Task The_settings_are_shown_without_passwords()
    {
        await using var broker = await TestBroker.StartAsync(
            options => options with { Tls = new TlsOptions { ServerMode = TlsMode.Enforcing, Enable = false, ClientKeyPassword = "a-secret" } });
        await using var client = Client();
        var text = Encoding.UTF8.GetString((await AskAsync(client, broker, RequestCode.GetBrokerConfig)).Body);

        Assert.That(text, Does.Contain("\ntls.server.mode=ENFORCING\n").And.Contain("\nuseTLS=false\n").And.Contain("\ntls.client.keyPassword=******\n"));
    }

    private static RemotingClient Client(TlsOptions? tls = null) => new(
        RequestTable.Empty, new RemotingOptions { Tls = tls ?? new TlsOptions { Enable = true } }, TimeProvider.System, NullLoggerFactory.Instance);

    private static Task<RemotingCommand> AskAsync(RemotingClient client, TestBroker broker, RemotingCommand request) =>
        client.InvokeAsync(broker.Address, request, TimeSpan.FromSeconds(10));

    private static Task<RemotingCommand> AskAsync(RemotingClient client, TestBroker broker, int code, ICommandHeader? header = null) =>
        AskAsync(client, broker, RemotingCommand.Request(code, header));

    private static RemotingCommand Send(string topic, int code = RequestCode.SendMessageV2) => RemotingCommand.Request(
        code,
        code == RequestCode.SendMessageV2
            ? TestBroker.SendHeader(topic, 0)
            : new SendMessageRequestHeader
            {
                ProducerGroup = "producers", Topic = topic, DefaultTopic = "TBW102", DefaultTopicQueueNums = 4, QueueId = 0, BornTimestamp = 1_700_000_000_000,
            },
        new byte[] { 1, 2, 3 });

    private static byte[] Frame(RemotingCommand command, bool oneway = false)
    {
        var output = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(oneway ? command.AsOneway() : command, output);
        return output.WrittenSpan.ToArray();
    }

    private static IPEndPoint BornHost(byte[] record) => new(
        new IPAddress(record.AsSpan(MessageLayout.BornHost, 4)), BinaryPrimitives.ReadInt32BigEndian(record.AsSpan(MessageLayout.BornHost + 4)));
}
