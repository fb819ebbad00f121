using System.Net;
using System.Net.Sockets;
using RocketMQ.TestSupport;

namespace RocketMQ.Tools.Tests;

/// <summary>What the standalone host says to a person whose command line it can't follow: one sentence, and what helps.</summary>
public class StandaloneCommandLineTests
{
    private TestFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [TestCase("'--brokr-port' is no option of the standalone host. -h lists the options.", "--brokr-port", "10")]
    [TestCase("--namesrv-port 99999 is no port: give a number from 0 to 65535. -h lists the options.", "--namesrv-port", "99999")]
    [TestCase("--broker-port -1 is no port: give a number from 0 to 65535. -h lists the options.", "--broker-port", "-1")]
    [TestCase("--broker-port http is no port: give a number from 0 to 65535. -h lists the options.", "--broker-port", "http")]
    [TestCase("--log Loud is no level: give one of Trace, Debug, Information, Warning, Error, Critical, None. -h lists the options.", "--log", "Loud")]
    [TestCase("--replicas 1 is no size of a set: give a number from 2 to 5. -h lists the options.", "--replicas", "1")]
    [TestCase("--replicas 99 is no size of a set: give a number from 2 to 5. -h lists the options.", "--replicas", "99")]
    [TestCase("--replicas abc is no size of a set: give a number from 2 to 5. -h lists the options.", "--replicas", "abc")]
    [TestCase("--controller-port is nothing without --replicas: one broker has no controller. -h lists the options.", "--controller-port", "9878")]
    public async Task A_command_line_that_makes_no_sense_is_one_sentence_and_exit_2(string sentence, params string[] arguments) =>
        Assert.That(await RunAsync(arguments), Is.EqualTo((2, sentence)));

    [TestCase("--namesrv-port")]
    [TestCase("--broker-port")]
    public async Task A_taken_port_names_the_option_that_moves_it(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var other = option == "--namesrv-port" ? "--broker-port" : "--namesrv-port";

        var (code, output) = await RunAsync(option, $"{((IPEndPoint)taken.LocalEndpoint).Port}", other, "0", "--store", _folder.File("store"));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.EqualTo($"Can't listen on {taken.LocalEndpoint}: Address already in use. {option} moves it."));
    }

    [TestCase("--namesrv-port")]
    [TestCase("--controller-port")]
    public async Task So_does_one_that_is_taken_beside_a_set_of_brokers(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var other = option == "--namesrv-port" ? "--controller-port" : "--namesrv-port";

        var (code, output) = await RunAsync("--replicas", "2", option, $"{((IPEndPoint)taken.LocalEndpoint).Port}", other, "0", "--store", _folder.File("store"));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.EndWith($"Can't listen on {taken.LocalEndpoint}: Address already in use. {option} moves it."));
    }

    [TestCase("storePathCommitLog=/log")]
    [TestCase("asyncLearner=true")]
    public async Task A_key_that_brokers_of_a_set_can_not_share_is_refused(string line)
    {
        var file = _folder.File("broker.conf");
        await File.WriteAllTextAsync(file, line);

        Assert.That(
            await RunAsync("--replicas", "2", "-c", file, "--store", _folder.File("store")),
            Is.EqualTo((1, $"{file} line 1: {line.Split('=')[0]} can't be the same for all brokers of a set. Leave it out with --replicas.")));
    }

    [Test]
    public async Task A_set_is_not_started_with_fewer_brokers_than_it_has()
    {
        var store = _folder.File("store");
        Directory.CreateDirectory(Path.Combine(store, "replica-3"));

        Assert.That(
            await RunAsync("--replicas", "2", "--store", store),
            Is.EqualTo((1, $"The set in {store} has more than 2 brokers, for {store}/replica-3 is there: --replicas takes them all, --store another directory.")));
    }

    [Test]
    public async Task An_address_of_another_machine_is_not_blamed_on_the_port()
    {
        var (code, output) = await RunAsync("--listen", "192.0.2.1", "--namesrv-port", "0", "--broker-port", "0", "--store", _folder.File("store"));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.EqualTo("Can't listen on 192.0.2.1:0: Cannot assign requested address. --listen takes an address of this machine."));
    }

    [TestCase("/proc/x")]
    [TestCase("/dev/null/x")]
    public async Task A_store_that_can_not_be_there_is_one_sentence(string directory)
    {
        var file = _folder.File("broker.conf");
        await File.WriteAllTextAsync(file, "metricsPromExporterPort=0\n");

        var (code, output) = await RunAsync("-c", file, "--store", directory, "--namesrv-port", "0", "--broker-port", "0");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.StartWith($"The store {directory} can't be used: ").And.EndsWith(" --store names another directory."));
        Assert.That(output, Does.Not.Contain("\n"));
    }

    [Test]
    public async Task A_taken_port_of_the_figures_is_named_once_with_the_key_that_moves_it()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var file = _folder.File("broker.conf");
        await File.WriteAllTextAsync(file, $"metricsPromExporterPort={((IPEndPoint)taken.LocalEndpoint).Port}\n");
        await using var process = Start("-c", file, "--namesrv-port", "0", "--broker-port", "0", "--store", _folder.File("store"));
        await Support.Eventually.TrueAsync(() => process.Output.Contains("Ctrl-C stops it", StringComparison.Ordinal), "the start");
        await process.TerminateAsync(TimeSpan.FromSeconds(30));

        Assert.That(process.Output.Split('\n'), Has.Exactly(1).Contains($"{taken.LocalEndpoint}").And.Exactly(1).Contains("metricsPromExporterPort"));
        Assert.That(process.Output.Split($"{taken.LocalEndpoint}"), Has.Length.EqualTo(2), "once");
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        return (await process.WaitForExitAsync(TimeSpan.FromSeconds(30)), process.Output.Trim());
    }

    private static ChildProcess Start(params string[] arguments) =>
        ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "RocketMQ.Standalone.dll"), .. arguments]);
}
