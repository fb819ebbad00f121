using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Configuration;

/// <summary>The broker as its operator meets it: a command line, a file, an exit code.</summary>
public class BrokerProcessTests
{
    private TestFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task It_prints_every_key_with_its_source_and_default()
    {
        var file = Write("# mine\nautoCreateTopicEnable=false\nsendMessageThreadPoolNums=9\n");

        await using var process = Start("-n", "127.0.0.1:9876", "-c", file, "-p");
        var code = await process.WaitForExitAsync(TimeSpan.FromSeconds(30));

        Assert.That(code, Is.Zero);
        Assert.That(process.Output, Does.Contain($"autoCreateTopicEnable=false  # {file}:2, default true\n")
            .And.Contain("listenPort=10911  # default\n")
            .And.Contain("namesrvAddr=127.0.0.1:9876  # command line, default \n")
            .And.Contain("fileReservedTime=72  # default\n")
            .And.Contain($"sendMessageThreadPoolNums=9  # {file}:3, changes nothing: "));
    }

    [Test]
    public async Task It_lists_the_keys_that_change_nothing_before_it_serves()
    {
        var file = Write($"bindAddress=127.0.0.1\nlistenPort=0\nstorePathRootDir={_folder.File("store")}\nsendMessageThreadPoolNums=9\n");

        await using var process = Start("-c", file);
        await Support.Eventually.BecomesAsync(
            () => process.Output.Contains("The broker serves at", StringComparison.Ordinal), "the broker to serve");
        await process.TerminateAsync(TimeSpan.FromSeconds(30));

        Assert.That(process.Output, Does.Contain("Configuration key sendMessageThreadPoolNums changes nothing here: "));
    }

    [Test]
    public async Task An_unknown_key_is_one_sentence_and_exit_1()
    {
        var file = Write("lisenPort=10911\n");

        await using var process = Start("-c", file);
        var code = await process.WaitForExitAsync(TimeSpan.FromSeconds(30));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(process.Output.Trim(), Is.EqualTo($"{file} line 1: unknown key 'lisenPort'. Did you mean 'listenPort'?"));
    }

    [TestCase(2, "'--brokerName' is no option of the broker, or lacks its value; -h lists them.", "--brokerName", "b")]
    [TestCase(1, "namesrvAddr=somewhere is not a name server, host:port, or several joined by ';', such as 127.0.0.1:9876.", "-n", "somewhere")]
    public async Task A_command_line_that_makes_no_sense_is_one_sentence(int exitCode, string sentence, params string[] arguments)
    {
        await using var process = Start(arguments);
        Assert.That(await process.WaitForExitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(exitCode));
        Assert.That(process.Output.Trim(), Is.EqualTo(sentence));
    }

    [TestCase(0, "")]
    [TestCase(2, ", two below port {0}, which clients with vipChannelEnabled come to")]
    public async Task A_taken_port_says_what_moves_it(int below, string because)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port + below;
        var file = Write($"bindAddress=127.0.0.1\nlistenPort={port}\nstorePathRootDir={_folder.File("store")}\n");

        await using var process = Start("-c", file);
        Assert.That(await process.WaitForExitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(1));

        var why = string.Format(CultureInfo.InvariantCulture, because, port);
        Assert.That(process.Output.Trim(), Is.EqualTo($"Can't listen on {taken.LocalEndpoint}{why}: Address already in use. listenPort moves it."));
    }

    [Test]
    public async Task A_broker_that_is_open_to_all_says_so_at_start_and_where_it_writes()
    {
        var file = Write($"listenPort=0\nstorePathRootDir={_folder.File("store")}\nmetricsPromExporterPort=0\n");

        await using var process = Start("-c", file);
        await Support.Eventually.BecomesAsync(
            () => process.Output.Contains("The broker serves at", StringComparison.Ordinal), "the broker to serve");
        await process.TerminateAsync(TimeSpan.FromSeconds(30));

        Assert.That(process.Output, Does.Contain("Whoever reaches 0.0.0.0:").And.Contain("authenticationEnabled=true").And.Contain($"Its store is {_folder.File("store")}."));
    }

    [Test]
    public async Task A_slave_without_an_id_of_its_own_does_not_start_and_says_why()
    {
        var file = Write($"brokerRole=SLAVE\nbrokerId=0\nbindAddress=127.0.0.1\nlistenPort=0\nstorePathRootDir={_folder.File("store")}\n");

        await using var process = Start("-c", file);
        var code = await process.WaitForExitAsync(TimeSpan.FromSeconds(30));

        Assert.That(code, Is.Not.Zero);
        Assert.That(process.Output.Trim(), Does.StartWith("brokerRole=SLAVE with brokerId=0: a slave needs an id of its own within its set, brokerId=1 or more."));
        Assert.That(Directory.Exists(_folder.File("store")), Is.False);
    }

    private string Write(string content)
    {
        File.WriteAllText(_folder.File("broker.conf"), content);
        return _folder.File("broker.conf");
    }

    private static ChildProcess Start(params string[] arguments) =>
        ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "RocketMQ.Broker.Host.dll"), .. arguments]);
}
