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

    [Test]
    public async Task A_slave_does_not_start_and_says_why()
    {
        var file = Write($"brokerRole=SLAVE\nbrokerId=1\nbindAddress=127.0.0.1\nlistenPort=0\nstorePathRootDir={_folder.File("store")}\n");

        await using var process = Start("-c", file);
        var code = await process.WaitForExitAsync(TimeSpan.FromSeconds(30));

        Assert.That(code, Is.Not.Zero);
        Assert.That(process.Output.Trim(), Does.StartWith($"{file} line 1: brokerRole=SLAVE is not a role that this broker has: ASYNC_MASTER or SYNC_MASTER."));
        Assert.That(Directory.Exists(_folder.File("store")), Is.False);
    }

    private string Write(string content)
    {
        File.WriteAllText(_folder.File("broker.conf"), content);
        return _folder.File("broker.conf");
    }

    private static ChildProcess Start(params string[] arguments) =>
        ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "RocketMQ.Broker.dll"), .. arguments]);
}
