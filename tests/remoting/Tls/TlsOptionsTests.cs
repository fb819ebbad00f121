using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;
using RocketMQ.TestSupport;

namespace RocketMQ.Remoting.Tests.Tls;

/// <summary>Apache's names for TLS, from wherever they are said.</summary>
public class TlsOptionsTests
{
    private TestFolder _folder = null!;

    [SetUp]
    public void Begin() => _folder = new TestFolder();

    [TearDown]
    public void End() => _folder.Dispose();

    [Test]
    public void All_of_Apaches_names_are_keys() =>
        Assert.That(OptionsBinder.NamesOf(typeof(TlsOptions)), Is.SupersetOf(new[]
        {
            "tls.server.mode", "tls.enable", "tls.config.file", "tls.test.mode.enable", "tls.server.need.client.auth", "tls.server.keyPath",
            "tls.server.keyPassword", "tls.server.certPath", "tls.server.authClient", "tls.server.trustCertPath", "tls.client.keyPath",
            "tls.client.keyPassword", "tls.client.certPath", "tls.client.authServer", "tls.client.trustCertPath", "useTLS", "tlsMode",
        }));

    [TestCase("tls.server.mode=enforcing", TlsMode.Enforcing)]
    [TestCase("tlsMode=disabled", TlsMode.Disabled)]
    [TestCase("tlsMode=disabled\ntls.server.mode=enforcing", TlsMode.Enforcing)]
    [TestCase("", TlsMode.Permissive)]
    public void The_mode_has_two_names(string text, TlsMode mode) => Assert.That(Bind(text).ServerMode, Is.EqualTo(mode));

    [TestCase("", false)]
    [TestCase("tls.server.mode=enforcing", true)]
    [TestCase("tls.server.mode=enforcing\ntls.enable=false", false)]
    [TestCase("useTLS=true", true)]
    [TestCase("tls.enable=", false)]
    public void Who_enforces_TLS_speaks_it_to_others_unless_told_otherwise(string text, bool isOn) => Assert.That(Bind(text).IsClientEnabled, Is.EqualTo(isOn));

    [Test]
    public void The_file_comes_last_and_says_only_how()
    {
        var path = Write("tls.server.certPath=file.pem\ntls.server.need.client.auth=require\n");
        var properties = JavaProperties.Parse($"tls.config.file={path}\ntls.server.certPath=own.pem\ntls.server.keyPath=own.key", "broker.conf");
        var options = TlsOptions.Bind(properties);

        Assert.That((options.ServerCertPath, options.ServerKeyPath, options.ServerNeedClientAuth), Is.EqualTo(("file.pem", "own.key", ClientAuth.Require)));
        var shown = options.Describe(properties).ToDictionary(s => s.Key);
        Assert.That(shown["tls.server.certPath"].Source, Is.EqualTo($"{path}:1"));
        Assert.That(shown["tls.server.keyPath"].Source, Is.EqualTo("broker.conf:3"));
        Assert.That(shown["tls.server.mode"].Source, Is.EqualTo("default"));
    }

    [TestCase("tls.server.mode=enforcing", "tls.server.mode is not read from this file")]
    [TestCase("tls.enable=true", "tls.enable is not read from this file")]
    [TestCase("tls.server.certpath=x", "Did you mean 'tls.server.certPath'?")]
    [TestCase("tls.server.need.client.auth=maybe", "is not one of NONE, OPTIONAL, REQUIRE")]
    public void A_file_that_says_more_is_refused(string text, string reason) =>
        Assert.That(() => Bind($"tls.config.file={Write(text)}"), Throws.TypeOf<ConfigurationException>().With.Message.Contain("tls.properties line 1: ").And.Message.Contain(reason));

    [Test]
    public void A_file_that_is_named_must_be_there() =>
        Assert.That(() => Bind($"tls.config.file={_folder.File("nowhere")}"), Throws.TypeOf<ConfigurationException>().With.Message.Contain("can't be read"));

    [Test]
    public void Passwords_are_not_shown() =>
        Assert.That(
            Bind("tls.server.keyPassword=a-secret\ntls.client.keyPassword=a-secret").Describe(JavaProperties.Empty).Select(s => s.Value), Has.None.Contain("a-secret"));

    [TestCase(false, "", "", null)]
    [TestCase(true, "", "", true)]
    [TestCase(false, "tls.client.trustCertPath=ca.pem", "", true)]
    [TestCase(true, "tls.enable=false", "", false)]
    [TestCase(false, "", "true", true)]
    [TestCase(false, "", "false", false)]
    public void A_tool_is_told_by_its_command_line_or_its_environment(bool isOn, string setting, string variable, bool? speaks) =>
        Assert.That(
            TlsSettings.Find(isOn, setting.Length > 0 ? [setting] : [], name => name == TlsSettings.EnableVariable ? variable : null)?.IsClientEnabled, Is.EqualTo(speaks));

    [Test]
    public void A_tool_is_told_of_a_file_by_its_environment() =>
        Assert.That(
            TlsSettings.Find(false, [], name => name == TlsSettings.FileVariable ? Write("tls.client.authServer=true") : null),
            Has.Property(nameof(TlsOptions.ClientAuthServer)).True.And.Property(nameof(TlsOptions.Enable)).True);

    [TestCase("nothing")]
    [TestCase("=x")]
    [TestCase("tls.client.trustcertpath=x")]
    [TestCase("listenPort=1")]
    public void A_setting_that_is_none_is_refused(string setting) =>
        Assert.That(() => TlsSettings.Find(true, [setting], _ => null), Throws.TypeOf<ConfigurationException>());

    private static TlsOptions Bind(string text) => TlsOptions.Bind(JavaProperties.Parse(text, "broker.conf"));

    private string Write(string text)
    {
        File.WriteAllText(_folder.File("tls.properties"), text);
        return _folder.File("tls.properties");
    }
}
