using RocketMQ.TestSupport;

namespace RocketMQ.Interop.Tests.Entering;

/// <summary><c>openssl s_client</c> against the standalone host.</summary>
public class OpenSslTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestCase("-tls1_2", "TLSv1.2")]
    [TestCase("-tls1_3", "TLSv1.3")]
    public async Task A_host_as_it_comes_speaks_TLS_with_a_certificate_of_its_own_making(string option, string protocol)
    {
        await using var host = await StandaloneHost.StartNewAsync();
        foreach (var server in new[] { host.NameServer, host.Broker })
        {
            var output = await ShakeHandsAsync(server, option);
            Assert.That(output, Does.Contain($"Protocol version: {protocol}").And.Contain("CN = RocketMQ.Net test").Or.Contain("CN=RocketMQ.Net test"));
        }
    }

    [Test]
    public async Task A_client_is_asked_for_the_certificate_that_it_is_let_in_by()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority();
        var (certPath, keyPath) = authority.Certify("server");
        await using var host = await StandaloneHost.StartNewAsync(
            "tls.server.mode=enforcing", $"tls.server.certPath={certPath}", $"tls.server.keyPath={keyPath}",
            "tls.server.need.client.auth=require", $"tls.server.trustCertPath={authority.Path}",
            $"tls.client.certPath={certPath}", $"tls.client.keyPath={keyPath}", $"tls.client.trustCertPath={authority.Path}");
        var (rightCert, rightKey) = authority.Certify("client");
        var (wrongCert, wrongKey) = other.Certify("client");
        string[] verified = ["-CAfile", authority.Path, "-verify_return_error", "-tls1_2"];

        Assert.That(
            await ShakeHandsAsync(host.Broker, [.. verified, "-cert", rightCert, "-key", rightKey]),
            Does.Contain("Verification: OK").And.Contain("DONE"));

        // Who is refused is told so after he has shown what he has: his part of the handshake is over then.
        foreach (var options in new string[][] { ["-cert", wrongCert, "-key", wrongKey], [] })
        {
            await using var client = Installed.Start("openssl", ["s_client", "-connect", host.Broker, "-brief", .. verified, .. options]);
            Assert.That(await client.WaitForExitAsync(Patience), Is.Not.Zero, client.Output);
            Assert.That(client.Output, Does.Not.Contain("DONE"));
        }
    }

    private static async Task<string> ShakeHandsAsync(string server, params string[] options)
    {
        await using var client = Installed.Start("openssl", ["s_client", "-connect", server, "-brief", .. options]);
        client.WriteLine("Q");
        await client.WaitForExitAsync(Patience);
        return client.Output;
    }
}
