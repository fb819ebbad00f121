using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tests.Support;
using RocketMQ.Remoting.Tls;
using RocketMQ.TestSupport;

namespace RocketMQ.Remoting.Tests.Tls;

/// <summary>Who is let in by whom, and what becomes of files that change.</summary>
public class CertificateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly VirtualTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private TestAuthority _authority = null!;
    private TestAuthority _other = null!;

    [SetUp]
    public void Begin() => (_authority, _other) = (new TestAuthority(), new TestAuthority());

    [TearDown]
    public void End()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    [TestCase(ClientAuth.None, null, "none", true)]
    [TestCase(ClientAuth.None, null, "foreign", true)]
    [TestCase(ClientAuth.Optional, null, "none", true)]
    [TestCase(ClientAuth.Optional, null, "right", true)]
    [TestCase(ClientAuth.Optional, null, "foreign", false)]
    [TestCase(ClientAuth.Require, null, "none", false)]
    [TestCase(ClientAuth.Require, null, "right", true)]
    [TestCase(ClientAuth.Require, null, "foreign", false)]
    [TestCase(ClientAuth.Require, false, "foreign", true)]
    [TestCase(ClientAuth.Require, false, "none", false)]
    public async Task A_client_is_let_in_by_its_certificate(ClientAuth asked, bool? verify, string shown, bool isLetIn)
    {
        var options = Server() with { ServerNeedClientAuth = asked, ServerAuthClient = verify, ServerTrustCertPath = _authority.Path };
        await using var server = await StartAsync(options);
        var (certPath, keyPath) = shown == "none" ? ("", "") : (shown == "right" ? _authority : _other).Certify("client");

        await ExpectAsync(server, new TlsOptions { Enable = true, ClientCertPath = certPath, ClientKeyPath = keyPath }, isLetIn);
        Assert.That(
            server.Logs.Lines.Any(line => line.Contains("any will do", StringComparison.Ordinal)), Is.EqualTo(asked == ClientAuth.Require && verify == false));
        if (!isLetIn)
        {
            var reason = shown == "none" ? "it shows no certificate, and tls.server.need.client.auth is REQUIRE" : "its certificate is not trusted: ";
            Assert.That(() => server.Logs.Lines, Has.Some.Contain($"closed before its first request: {reason}").After(5000, 5));
        }
    }

    [TestCase("none", null, true)]
    [TestCase("none", true, false, Description = "The system's authorities know nothing of this one.")]
    [TestCase("right", null, true)]
    [TestCase("foreign", null, false)]
    [TestCase("foreign", false, true)]
    public async Task A_server_is_trusted_by_its_certificate(string trusted, bool? verify, bool isTrusted)
    {
        await using var server = await StartAsync(Server());
        var path = trusted switch { "none" => "", "right" => _authority.Path, _ => _other.Path };

        var refusal = await ExpectAsync(server, new TlsOptions { Enable = true, ClientTrustCertPath = path, ClientAuthServer = verify }, isTrusted);
        Assert.That(refusal, isTrusted ? Is.Null : Does.Contain("the TLS handshake failed: the server's certificate is not trusted: "));
    }

    [Test]
    public async Task Certificates_between_a_server_and_its_authority_stand_in_its_file()
    {
        using var between = new TestAuthority(_authority);
        var (certPath, keyPath) = between.Certify("server");
        var trusting = new TlsOptions { Enable = true, ClientTrustCertPath = _authority.Path };
        var options = new TlsOptions { ServerCertPath = certPath, ServerKeyPath = keyPath };
        await using (var alone = await StartAsync(options))
        {
            await ExpectAsync(alone, trusting, isLetIn: false);
        }

        File.AppendAllText(certPath, "\n" + File.ReadAllText(between.Path));
        await using var server = await StartAsync(options);
        await ExpectAsync(server, trusting, isLetIn: true);
    }

    [Test]
    public async Task A_made_certificate_is_trusted_by_nobody_who_looks()
    {
        await using var server = await StartAsync(new TlsOptions());
        await ExpectAsync(server, new TlsOptions { Enable = true, ClientTrustCertPath = _authority.Path }, isLetIn: false);
        await ExpectAsync(server, new TlsOptions { Enable = true }, isLetIn: true);
    }

    [Test]
    public async Task New_files_count_from_the_next_handshake_on_and_no_connection_is_dropped()
    {
        var options = Server();
        await using var server = await StartAsync(options);
        await using var clients = new Clients(server, 200, new TlsOptions { Enable = true, ClientTrustCertPath = _authority.Path });
        await clients.AskAsync();
        Assert.That(server.ConnectionCount, Is.EqualTo(200));

        // Replaced as tools do it: written beside and moved over.
        var (certificate, key) = _other.Make("new");
        Replace(options.ServerCertPath, certificate);
        Replace(options.ServerKeyPath, key);
        _time.Advance(TimeSpan.FromSeconds(2));

        await ExpectAsync(server, new TlsOptions { Enable = true, ClientTrustCertPath = _other.Path }, isLetIn: true);
        await ExpectAsync(server, new TlsOptions { Enable = true, ClientTrustCertPath = _authority.Path }, isLetIn: false);
        await clients.AskAsync();
        Assert.That(server.ClosedConnections.Select(c => c.RemoteEndPoint), Has.No.AnyOf(server.Connections.Take(200).Select(c => c.RemoteEndPoint).ToArray()));
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain("(CN=new, valid until ").And.Some.Contain("is the server's from now on").After(5000, 5));
    }

    [TestCase("the key is still the old one")]
    [TestCase("half of the certificate")]
    [TestCase("nothing yet")]
    [TestCase("gone")]
    public async Task Files_that_do_not_fit_together_change_nothing_until_they_do(string state)
    {
        var options = Server();
        await using var server = await StartAsync(options);
        var (certificate, key) = _other.Make("new");
        switch (state)
        {
            case "the key is still the old one":
                Replace(options.ServerCertPath, certificate);
                break;
            case "half of the certificate":
                File.WriteAllText(options.ServerCertPath, certificate[..(certificate.Length / 2)]);
                break;
            case "nothing yet":
                File.WriteAllText(options.ServerCertPath, "");
                break;
            default:
                File.Delete(options.ServerCertPath);
                break;
        }

        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            await ExpectAsync(server, new TlsOptions { Enable = true, ClientTrustCertPath = _authority.Path }, isLetIn: true);
        }

        Assert.That(() => server.Logs.Lines.ToArray(), Has.Exactly(1).Contain("TLS: files of the server have changed and can't be used").After(5000, 5));
        File.WriteAllText(options.ServerCertPath, certificate);
        File.WriteAllText(options.ServerKeyPath, key);
        _time.Advance(TimeSpan.FromSeconds(2));
        await ExpectAsync(server, new TlsOptions { Enable = true, ClientTrustCertPath = _other.Path }, isLetIn: true);
    }

    [Test]
    public async Task A_client_shows_its_new_certificate_when_it_connects_again()
    {
        await using var server = await StartAsync(Server() with { ServerNeedClientAuth = ClientAuth.Require, ServerTrustCertPath = _authority.Path });
        var (certPath, keyPath) = _other.Certify("client");
        await using var client = new RemotingClient(
            RequestTable.Empty, new RemotingOptions { Tls = new TlsOptions { Enable = true, ClientCertPath = certPath, ClientKeyPath = keyPath } }, _time, new LogCollector());
        Assert.That(async () => await AskAsync(client, server), Throws.InstanceOf<RemotingException>());

        var (certificate, key) = _authority.Make("client");
        Replace(certPath, certificate);
        Replace(keyPath, key);
        _time.Advance(TimeSpan.FromSeconds(2));
        await AskAsync(client, server);
    }

    [TestCase("tls.server.certPath and tls.server.keyPath belong together", "cert", "")]
    [TestCase("A file of TLS (tls.server.*) can't be read", "nowhere", "key")]
    [TestCase("are no certificate and its key", "key", "key")]
    [TestCase("are no certificate and its key", "cert", "cert")]
    [TestCase("are no certificate and its key", "cert", "foreign")]
    public void Files_that_can_not_be_used_end_the_start(string sentence, string certificate, string key)
    {
        var own = _authority.Certify("server");
        string Path(string what) => what switch
        {
            "cert" => own.CertPath, "key" => own.KeyPath, "foreign" => _other.Certify("server").KeyPath, "" => "", _ => own.CertPath + "-nowhere",
        };
        Assert.That(
            async () => await StartAsync(new TlsOptions { ServerCertPath = Path(certificate), ServerKeyPath = Path(key) }),
            Throws.TypeOf<ConfigurationException>().With.Message.Contain(sentence));
    }

    private static Task<RemotingCommand> AskAsync(RemotingClient client, TestServer server) => client.InvokeAsync(server.Address, RemotingCommand.Request(1), Patience);

    private static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <returns>Why it was refused, if it was.</returns>
    private static async Task<string?> ExpectAsync(TestServer server, TlsOptions tls, bool isLetIn)
    {
        await using var client = new RemotingClient(RequestTable.Empty, new RemotingOptions { Tls = tls }, TimeProvider.System, new LogCollector());
        if (isLetIn)
        {
            await AskAsync(client, server);
            return null;
        }

        return Assert.ThrowsAsync(Is.InstanceOf<RemotingException>(), async () => await AskAsync(client, server))!.Message;
    }

    private TlsOptions Server()
    {
        var (certPath, keyPath) = _authority.Certify("server");
        return new TlsOptions { ServerMode = TlsMode.Enforcing, ServerCertPath = certPath, ServerKeyPath = keyPath };
    }

    private Task<TestServer> StartAsync(TlsOptions tls) => TestServer.StartAsync(Handler.Echo, new RemotingOptions { Tls = tls }, _time);

    private sealed class Clients(TestServer server, int count, TlsOptions tls) : IAsyncDisposable
    {
        private readonly RemotingClient[] _clients =
            [.. Enumerable.Range(0, count).Select(_ => new RemotingClient(
                RequestTable.Empty, new RemotingOptions { Tls = tls, ConnectTimeout = TimeSpan.FromSeconds(30) }, TimeProvider.System, new LogCollector()))];

        public Task<RemotingCommand[]> AskAsync() => Task.WhenAll(_clients.Select(client => client.InvokeAsync(server.Address, RemotingCommand.Request(1), TimeSpan.FromSeconds(30))));

        public async ValueTask DisposeAsync()
        {
            foreach (var client in _clients)
            {
                await client.DisposeAsync();
            }
        }
    }
}
