using System.Net.Security;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tests.Support;
using RocketMQ.Remoting.Tls;
using RocketMQ.TestSupport;

namespace RocketMQ.Remoting.Tests.Tls;

/// <summary>What a server makes of the first bytes of a connection, over whatever they come.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.Plain))]
public class ModeTests(TransportKind kind) : TransportFixture(kind)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly RemotingOptions Encrypted = new() { Tls = new TlsOptions { Enable = true } };

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_permissive_server_speaks_TLS_to_those_who_do(bool encrypted)
    {
        await using var server = await StartAsync(Handler.Echo, With(TlsMode.Permissive));
        await using var client = Client(options: encrypted ? Over(Encrypted) : null);
        for (var length = 0; length < 300_000; length = (length * 3) + 1)
        {
            var body = new byte[length];
            Random.Shared.NextBytes(body);
            var answer = await client.InvokeAsync(server.Address, RemotingCommand.Request(1, body: body), Patience);
            Assert.That(answer.Body.FirstSpan.SequenceEqual(body));
        }

        Assert.That(server.Logs.Lines.Any(line => line.Contains("a certificate was made", StringComparison.Ordinal)), Is.EqualTo(encrypted), "made when it is needed");
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(100)]
    public async Task A_foreign_peer_may_send_in_pieces(int pieceBytes)
    {
        await using var server = await StartAsync(Handler.Echo, With(TlsMode.Enforcing));
        using var peer = server.Connect();
        await using var tls = Foreign(peer, pieceBytes);
        await tls.AuthenticateAsClientAsync("localhost");
        tls.Write([.. RawPeer.Request(1, 1, new byte[200]), .. RawPeer.Request(1, 2)]);

        var answers = new byte[RawPeer.Frame(RemotingCommand.ResponseWithBody(0, new byte[200])).Length];
        tls.ReadExactly(answers);
        Assert.That((await server.NextConnectionAsync()).RemoteEndPoint, Is.EqualTo(peer.LocalEndPoint));
    }

    [Test]
    public async Task An_enforcing_server_closes_before_a_plain_request_does_anything([Values] bool oneway)
    {
        var served = 0;
        await using var server = await StartAsync(
            new Handler(_ =>
            {
                Interlocked.Increment(ref served);
                return RemotingCommand.Response(0);
            }),
            With(TlsMode.Enforcing));
        using var peer = server.Connect();
        peer.Send(RawPeer.Request(1, 1, oneway: oneway));

        Assert.That(peer.IsClosedByPeer());
        Assert.That(served, Is.Zero);
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain("is closed before its first request: it does not speak TLS, and tls.server.mode is ENFORCING").After(5000, 5));
        Assert.That(() => server.ConnectionCount, Is.Zero.After(5000, 5));
        Assert.That(server.Connections, Is.Empty, "nobody was told of it");
    }

    [TestCase(TlsMode.Disabled, true, "it speaks TLS, and tls.server.mode is DISABLED")]
    [TestCase(TlsMode.Permissive, false, "there is neither a tls.server.certPath nor tls.test.mode.enable")]
    public async Task A_server_without_TLS_says_why_it_closes(TlsMode mode, bool testMode, string reason)
    {
        await using var server = await StartAsync(Handler.Echo, With(mode, testMode));
        await using var client = Client(options: Over(Encrypted));

        Assert.That(
            async () => await client.InvokeAsync(server.Address, RemotingCommand.Request(1), Patience),
            Throws.TypeOf<RemotingConnectException>().With.Message.Contain("the TLS handshake failed: "));
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain(reason).After(5000, 5));
        await using var plain = Client();
        Assert.That((await plain.InvokeAsync(server.Address, RemotingCommand.Request(1), Patience)).Code, Is.Zero);
    }

    [Test]
    public void Enforcing_without_a_certificate_is_refused_at_the_start() =>
        Assert.That(
            async () => await StartAsync(Handler.Echo, With(TlsMode.Enforcing, testMode: false)),
            Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("tls.server.mode=ENFORCING needs a certificate: set tls.server.certPath and tls.server.keyPath."));

    [Test]
    public async Task A_client_that_speaks_TLS_to_a_server_that_knows_none_is_told()
    {
        await using var server = await StartAsync(Handler.Echo);
        await using var client = Client(options: Over(Encrypted));
        Assert.That(
            async () => await client.InvokeAsync(server.Address, RemotingCommand.Request(1), Patience),
            Throws.TypeOf<RemotingConnectException>().With.Message.Contain("the TLS handshake failed: "));
    }

    [Test]
    public async Task A_handshake_that_is_none_ends_with_a_line_in_the_log()
    {
        await using var server = await StartAsync(Handler.Echo, With(TlsMode.Permissive));
        using var peer = server.Connect();
        peer.Send([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

        await UntilClosedAsync(peer);
        Assert.That(() => server.Logs.Lines, Has.Some.Contain("its TLS handshake failed: ").After(5000, 5));
        Assert.That(() => server.ConnectionCount, Is.Zero.After(5000, 5));
    }

    [Test]
    public async Task A_handshake_that_stalls_ends_after_its_time()
    {
        var time = new VirtualTimeProvider();
        await using var server = await StartAsync(Handler.Echo, With(TlsMode.Permissive) with { HandshakeTimeout = TimeSpan.FromSeconds(3) }, time);
        using var peer = server.Connect();
        peer.Send([0x16, 3, 1]);
        Assert.That(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return server.Logs.Lines.ToArray();
        }, Has.Some.Contain("its TLS handshake took more than 3 s (serverHandshakeTimeoutMillis)").After(5000, 5));

        Assert.That(peer.IsClosedByPeer());
    }

    [Test]
    public async Task A_connection_that_says_nothing_is_idle()
    {
        var time = new VirtualTimeProvider();
        await using var server = await StartAsync(Handler.Echo, With(TlsMode.Permissive), time);
        using var peer = server.Connect();
        Assert.That(() => server.ConnectionCount, Is.EqualTo(1).After(5000, 5));
        time.Advance(TimeSpan.FromSeconds(130));

        Assert.That(peer.IsClosedByPeer());
        Assert.That(() => server.ConnectionCount, Is.Zero.After(5000, 5));
    }

    [Test]
    public async Task A_server_that_stops_closes_those_that_have_not_entered()
    {
        await using var server = await StartAsync(Handler.Echo, With(TlsMode.Permissive));
        using var silent = server.Connect();
        using var stalled = server.Connect();
        stalled.Send([0x16, 3]);
        Assert.That(() => server.ConnectionCount, Is.EqualTo(2).After(5000, 5));

        await server.StopAsync().WaitAsync(Patience);
        Assert.That(silent.IsClosedByPeer());
        Assert.That(stalled.IsClosedByPeer());
    }

    [Test]
    public async Task So_many_handshakes_are_under_way_and_the_oldest_gives_way_after_a_second()
    {
        var time = new VirtualTimeProvider();
        await using var server = await StartAsync(Handler.Echo, With(TlsMode.Permissive) with { MaxHandshakes = 2 }, time);
        using var oldest = server.Connect();
        oldest.Send([0x16]);
        Assert.That(() => server.ConnectionCount, Is.EqualTo(1).After(5000, 5));
        using var old = server.Connect();
        old.Send([0x16]);
        Assert.That(() => server.ConnectionCount, Is.EqualTo(2).After(5000, 5));
        await Task.Delay(100);

        using var refused = server.Connect();
        refused.Send([0x16]);
        Assert.That(refused.IsClosedByPeer());
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain("closed before its first request: 2 TLS handshakes are under way, the limit is 2 (serverMaxHandshakes)").After(5000, 5));

        time.Advance(TimeSpan.FromSeconds(2));
        await using var client = Client(options: Over(Encrypted));
        Assert.That((await client.InvokeAsync(server.Address, RemotingCommand.Request(1), Patience)).Code, Is.Zero);
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Exactly(1).Contain("its TLS handshake gives way to others: ").After(5000, 5));

        await using var plain = Client();
        Assert.That((await plain.InvokeAsync(server.Address, RemotingCommand.Request(1), Patience)).Code, Is.Zero, "who speaks no TLS is not concerned");
    }

    [Test]
    public async Task A_thousand_requests_in_flight_are_answered_in_order()
    {
        await using var server = await StartAsync(Handler.Echo, With(TlsMode.Enforcing));
        await using var client = Client(options: Over(Encrypted));
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i =>
            client.InvokeAsync(server.Address, RemotingCommand.Request(1, body: BitConverter.GetBytes(i)), Patience)));
        Assert.That(answers.Select(answer => BitConverter.ToInt32(answer.Body.FirstSpan)), Is.EqualTo(Enumerable.Range(0, 1000)));
        Assert.That(server.ConnectionCount, Is.EqualTo(1));
    }

    /// <summary>Bytes of which nobody knows what they are meant to be: each connection ends, and the next one is served.</summary>
    [Test]
    public async Task Noise_behind_the_first_byte_hurts_nobody()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await using var server = await StartAsync(Handler.Echo, With(TlsMode.Permissive) with { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        for (var round = 0; round < 50; round++)
        {
            using var peer = server.Connect();
            var noise = new byte[random.Next(1, 3000)];
            random.NextBytes(noise);
            noise[0] = (byte)(round % 3 == 0 ? 'P' : round % 3 == 1 ? '\r' : 0x16);
            peer.Send(noise);
            peer.ShutdownSend();
        }

        await using var client = Client(options: Over(Encrypted));
        Assert.That((await client.InvokeAsync(server.Address, RemotingCommand.Request(1), Patience)).Code, Is.Zero, $"seed {seed}");
        Assert.That(() => server.ConnectionCount, Is.EqualTo(1).After(10_000, 20), $"seed {seed}");
        Assert.That(server.Logs.Lines, Has.None.StartsWith("Error:"), $"seed {seed}");
    }

    private static RemotingOptions With(TlsMode mode, bool testMode = true) => new() { Tls = new TlsOptions { ServerMode = mode, TestModeEnable = testMode } };

    private static SslStream Foreign(RawPeer peer, int pieceBytes) =>
        new(new WireStream(peer, pieceBytes), leaveInnerStreamOpen: true, static (_, certificate, _, _) => certificate is not null);

    /// <summary>What TLS says at the end comes before it.</summary>
    private static async Task UntilClosedAsync(RawPeer peer)
    {
        try
        {
            while (peer.Receive(new byte[100]) > 0)
            {
                await Task.Yield();
            }
        }
        catch (IOException)
        {
            // Reset: what was sent behind the broken record was not read.
        }
    }
}
