using RocketMQ.TestSupport;
using RocketMQ.Tools.Tests.Support;

namespace RocketMQ.Tools.Tests;

/// <summary>mqadmin with a name server and a broker that take nothing but TLS, and speak it to each other.</summary>
public class TlsTests
{
    private TestAuthority _authority = null!;
    private TestAuthority _other = null!;
    private StandaloneHost _host = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        (_authority, _other) = (new TestAuthority(), new TestAuthority());
        var (certPath, keyPath) = _authority.Certify("server");
        _host = await StandaloneHost.StartNewAsync(
            "tls.server.mode=enforcing", $"tls.server.certPath={certPath}", $"tls.server.keyPath={keyPath}", $"tls.client.trustCertPath={_authority.Path}");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _host.DisposeAsync();
        _authority.Dispose();
        _other.Dispose();
    }

    [TestCase("--tls")]
    [TestCase("--tls-setting tls.client.trustCertPath=AUTHORITY")]
    [TestCase("-D tls.enable=true -D tls.client.authServer=false -D tls.client.trustCertPath=OTHER")]
    public async Task The_command_line_turns_TLS_on(string options) => (await RunAsync(options)).Done();

    [TestCase("ROCKETMQ_TLS_ENABLE", "true", true)]
    [TestCase("ROCKETMQ_TLS_ENABLE", "false", false)]
    [TestCase("NOTHING", "", false)]
    public async Task The_environment_turns_TLS_on(string name, string value, bool isOn)
    {
        var outcome = await RunAsync("", variable => variable == name ? value : null);
        Assert.That(outcome.ExitCode, isOn ? Is.Zero : Is.EqualTo(1), outcome.Error);
    }

    [Test]
    public async Task A_file_says_how()
    {
        using var folder = new TestFolder();
        var file = folder.File("tls.properties");
        File.WriteAllText(file, $"tls.client.trustCertPath={_authority.Path}\n");
        (await RunAsync("", variable => variable == "ROCKETMQ_TLS_CONFIG_FILE" ? file : null)).Done();
        File.WriteAllText(file, $"tls.client.trustCertPath={_other.Path}\n");
        Assert.That((await RunAsync($"-D tls.config.file={file}")).Error, Does.Contain("the server's certificate is not trusted"));
    }

    [Test]
    public async Task A_setting_that_is_none_is_said()
    {
        var outcome = await RunAsync("-D tls.client.trustcertpath=x");
        Assert.That((outcome.ExitCode, outcome.Error), Is.EqualTo((2, $"mqadmin clusterList: unknown key 'tls.client.trustcertpath'. Did you mean 'tls.client.trustCertPath'?{Environment.NewLine}")));
    }

    private Task<Outcome> RunAsync(string options, Func<string, string?>? environment = null) => LiveHost.RunAsync(
        [
            "clusterList", "-n", _host.NameServer,
            .. options.Replace("AUTHORITY", _authority.Path, StringComparison.Ordinal).Replace("OTHER", _other.Path, StringComparison.Ordinal)
                .Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ],
        environment: environment);
}
