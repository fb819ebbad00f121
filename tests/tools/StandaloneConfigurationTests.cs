using RocketMQ.TestSupport;

namespace RocketMQ.Tools.Tests;

/// <summary>The standalone host's view of its configuration.</summary>
public class StandaloneConfigurationTests
{
    private TestFolder _folder = null!;

    private string ConfigurationFile => _folder.File("broker.conf");

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task It_prints_every_key_with_its_source_and_default()
    {
        File.WriteAllText(ConfigurationFile, "autoCreateTopicEnable=false\nsendMessageThreadPoolNums=9\n");

        var (code, output) = await RunAsync("-c", ConfigurationFile, "--broker-port", "10922", "-p");

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain($"autoCreateTopicEnable=false  # {ConfigurationFile}:1, default true\n")
            .And.Contain("listenPort=10922  # command line, default 10911\n")
            .And.Contain("fileReservedTime=72  # default\n")
            .And.Contain($"sendMessageThreadPoolNums=9  # {ConfigurationFile}:2, changes nothing: "));
    }

    [Test]
    public async Task An_unknown_key_is_one_sentence_and_exit_1()
    {
        File.WriteAllText(ConfigurationFile, "lisenPort=10911\n");

        var (code, output) = await RunAsync("-c", ConfigurationFile);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output.Trim(), Is.EqualTo($"{ConfigurationFile} line 1: unknown key 'lisenPort'. Did you mean 'listenPort'?"));
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using var process = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "RocketMQ.Standalone.dll"), .. arguments]);
        var code = await process.WaitForExitAsync(TimeSpan.FromSeconds(30));
        return (code, process.Output);
    }
}
