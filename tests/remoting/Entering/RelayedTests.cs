using System.Net;
using System.Net.Security;
using System.Text;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Entering;
using RocketMQ.Remoting.Tests.Support;
using RocketMQ.Remoting.Tls;
using RocketMQ.TestSupport;

namespace RocketMQ.Remoting.Tests.Entering;

/// <summary>Connections that a proxy forwards, over whatever it comes.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.Plain))]
public class RelayedTests(TransportKind kind) : TransportFixture(kind)
{
    private const string Text = "PROXY TCP4 192.0.2.1 192.0.2.9 40000 10911\r\n";
    private const string Mapped = "PROXY TCP6 ::ffff:192.0.2.1 ::ffff:192.0.2.9 40000 10911\r\n";
    private static readonly byte[] Binary = [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0, 15, 192, 0, 2, 1, 192, 0, 2, 9, 0x9C, 0x40, 0x2A, 0x9F, 4, 0, 0];
    private static readonly RemotingOptions Trusting = new() { TrustedProxies = AddressList.Parse("proxyProtocolTrustedAddresses", "10.0.0.0/8, 127.0.0.1;::1") };

    [TestCase(Text)]
    [TestCase(Mapped)]
    [TestCase(null)]
    public async Task A_trusted_proxy_says_who_comes(string? text)
    {
        var header = text is null ? Binary : Encoding.ASCII.GetBytes(text);
        await using var server = await StartAsync(Handler.Echo, Trusting);
        using var peer = server.Connect();
        peer.Send([.. header, .. RawPeer.Request(1, 7)]);

        Assert.That(peer.Receive().Opaque, Is.EqualTo(7));
        var connection = await server.NextConnectionAsync();
        Assert.That(connection.RemoteEndPoint, Is.EqualTo(IPEndPoint.Parse("192.0.2.1:40000")));
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain("from 192.0.2.1:40000 opened").After(5000, 5));
    }

    [Test]
    public async Task A_header_may_come_byte_by_byte_and_the_request_much_later()
    {
        await using var server = await StartAsync(Handler.Echo, Trusting);
        using var peer = server.Connect();
        foreach (var b in Binary)
        {
            peer.Send([b]);
            await Task.Delay(1);
        }

        await Task.Delay(50);
        peer.Send(RawPeer.Request(1, 7));
        Assert.That(peer.Receive().Opaque, Is.EqualTo(7));
        Assert.That((await server.NextConnectionAsync()).RemoteEndPoint, Is.EqualTo(IPEndPoint.Parse("192.0.2.1:40000")));
    }

    [Test]
    public async Task TLS_comes_behind_the_header([Values] bool inOnePiece)
    {
        await using var server = await StartAsync(Handler.Echo, Trusting with { Tls = new TlsOptions { ServerMode = TlsMode.Enforcing } });
        using var peer = server.Connect();
        peer.Send(Binary);
        await Task.Delay(inOnePiece ? 0 : 50);
        await using var tls = new SslStream(new WireStream(peer), leaveInnerStreamOpen: true, static (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        tls.Write(RawPeer.Request(1, 7));

        Assert.That(tls.ReadByte(), Is.Zero);
        Assert.That((await server.NextConnectionAsync()).RemoteEndPoint, Is.EqualTo(IPEndPoint.Parse("192.0.2.1:40000")));
    }

    [Test]
    public async Task A_header_does_not_get_a_plain_request_past_an_enforcing_server()
    {
        await using var server = await StartAsync(Handler.Echo, Trusting with { Tls = new TlsOptions { ServerMode = TlsMode.Enforcing } });
        using var peer = server.Connect();
        peer.Send([.. Binary, .. RawPeer.Request(1, 7)]);
        Assert.That(peer.IsClosedByPeer());
        Assert.That(server.Connections, Is.Empty);
    }

    [TestCase("")]
    [TestCase("10.0.0.0/8")]
    [TestCase("127.0.0.2, 192.0.2.1")]
    public async Task Nobody_else_is_believed(string trusted)
    {
        await using var server = await StartAsync(Handler.Echo, new RemotingOptions { Tls = new TlsOptions(), TrustedProxies = AddressList.Parse("proxyProtocolTrustedAddresses", trusted) });
        foreach (var header in new[] { Encoding.ASCII.GetBytes(Text), Binary })
        {
            using var peer = server.Connect();
            peer.Send([.. header, .. RawPeer.Request(1, 7)]);
            Assert.That(peer.IsClosedByPeer());
        }

        Assert.That(server.Connections, Is.Empty);
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Exactly(2).Contain("closed before its first request: it sends a PROXY header, and proxyProtocolTrustedAddresses does not name its address").After(5000, 5));
    }

    [TestCase("PROXY UNKNOWN\r\n")]
    [TestCase("")]
    public async Task A_connection_without_an_address_keeps_its_own(string header)
    {
        await using var server = await StartAsync(Handler.Echo, Trusting);
        using var peer = server.Connect();
        peer.Send([.. Encoding.ASCII.GetBytes(header), .. RawPeer.Request(1, 7)]);
        Assert.That(peer.Receive().Opaque, Is.EqualTo(7));
        Assert.That((await server.NextConnectionAsync()).RemoteEndPoint, Is.EqualTo(peer.LocalEndPoint));
    }

    [Test]
    public async Task A_second_header_is_none()
    {
        await using var server = await StartAsync(Handler.Echo, Trusting);
        using var peer = server.Connect();
        peer.Send([.. Binary, .. Binary]);
        Assert.That(peer.IsClosedByPeer());
        Assert.That(server.NextCloseReason(), Does.Contain("bytes was declared"));
    }

    [Test]
    public async Task A_header_that_is_broken_or_late_is_said()
    {
        var time = new VirtualTimeProvider();
        await using var server = await StartAsync(Handler.Echo, Trusting, time);
        using var broken = server.Connect();
        broken.Send("PROXY TCP4 nonsense\r\n"u8);
        Assert.That(broken.IsClosedByPeer());
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain("closed before its first request: it sends a PROXY header of version 1 that is not TCP4").After(5000, 5));

        using var late = server.Connect();
        late.Send("PROXY TCP4 "u8);
        Assert.That(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return server.Logs.Lines.ToArray();
        }, Has.Some.Contain("its PROXY header took more than 10 s (serverHandshakeTimeoutMillis)").After(5000, 5));
        Assert.That(late.IsClosedByPeer());
    }

    [Test]
    public async Task What_only_begins_like_a_header_is_a_broken_frame()
    {
        await using var server = await StartAsync(Handler.Echo, Trusting);
        using var peer = server.Connect();
        peer.Send("POST / HTTP/1.1\r\n\r\n"u8);
        Assert.That(peer.IsClosedByPeer());
        Assert.That(server.NextCloseReason(), Does.Contain("bytes was declared"));
    }

    [Test]
    public async Task Connections_count_for_those_who_made_them()
    {
        await using var server = await StartAsync(Handler.Echo, Trusting with { MaxConnectionsPerAddress = 2 });
        using var first = Relayed(server, "192.0.2.1");
        using var second = Relayed(server, "192.0.2.1");
        using var other = Relayed(server, "192.0.2.2");
        Assert.That((first.Receive().Code, second.Receive().Code, other.Receive().Code), Is.EqualTo((0, 0, 0)));

        using var third = Relayed(server, "192.0.2.1");
        Assert.That(third.IsClosedByPeer());
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain("A connection from 192.0.2.1:40000 is refused: the limit of one address is 2").After(5000, 5));

        first.Dispose();
        Assert.That(() => server.ConnectionCount, Is.EqualTo(2).After(5000, 5));
        using var again = Relayed(server, "192.0.2.1");
        Assert.That(again.Receive().Code, Is.Zero);
    }

    [TestCase("nowhere")]
    [TestCase("10.0.0.0/33")]
    [TestCase("127.0.0.1, ::1/129")]
    public void A_list_that_is_none_is_refused(string text)
    {
        Assert.That(AddressList.IsList(text), Is.False);
        Assert.That(() => AddressList.Parse("proxyProtocolTrustedAddresses", text), Throws.TypeOf<ConfigurationException>());
    }

    private static RawPeer Relayed(TestServer server, string address)
    {
        var peer = server.Connect();
        peer.Send([.. Encoding.ASCII.GetBytes($"PROXY TCP4 {address} 192.0.2.9 40000 10911\r\n"), .. RawPeer.Request(1, 1)]);
        return peer;
    }
}
