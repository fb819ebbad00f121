using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RocketMQ.TestSupport;

namespace RocketMQ.Client.Tests;

/// <summary>Every sample does what it says, against the standalone host, and ends by itself.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.All)]
public class SampleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private StandaloneHost _host = null!;

    private static IEnumerable<TestCaseData> Samples()
    {
        yield return Sample("Produce", "stored in queue ", "a tag, a key and a property", "the queue of order-1", "a batch of three", "sent without waiting");
        yield return Sample("Consume", "[A] attempt 0: a first", "[B] attempt 0: a second", "[B] attempt 1: a second");
        yield return Sample("Delayed", "taken back: ", "after 1 s, the first level: came after ", "after 2.5 s: came after ");
        yield return Sample("Transaction", "paid: Commit", "refused: Rollback", "silent: Unknown", "what became of 'silent'? Commit");
        yield return Sample("RequestReply", "you said: hello");
        yield return Sample("SqlFilter", "costs 12", "costs 20");
        yield return Sample("Ordered", [.. from order in Enumerable.Range(1, 3) from step in new[] { "created", "paid", "shipped" } select $"order {order} {step}"]);
        yield return Sample("Broadcast", "anna heard: good news", "bert heard: good news", "anna heard: more news", "bert heard: more news");
        yield return Sample("LitePull", [.. Enumerable.Range(1, 5).Select(i => $"message {i}"), "committed"]);
        yield return Sample("Pull", [.. Enumerable.Range(1, 5).Select(i => $"message {i}")]);
        yield return Sample("Pop", [.. Enumerable.Range(1, 5).Select(i => $"message {i}"), "no message within 2 s"]);
    }

    [OneTimeSetUp]
    public async Task StartAsync() => _host = await StandaloneHost.StartNewAsync(
        "enablePropertyFilter=true", "recallMessageEnable=true", "traceTopicEnable=true", "transactionTimeOut=500", "transactionCheckInterval=500");

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCaseSource(nameof(Samples))]
    public async Task A_sample_shows_what_it_is_there_for(string name, string[] expected)
    {
        await using var sample = Start(name, _host.NameServer);

        var code = await sample.WaitForExitAsync(Patience);

        Assert.That(code, Is.Zero, sample.Output);
        foreach (var line in expected)
        {
            Assert.That(sample.Output, Does.Contain(line));
        }

        Assert.That(sample.Output, Does.Not.Contain("Stopped."), "it ended by itself");
    }

    [Test]
    public void Every_sample_is_run() => Assert.That(
        Directory.GetFiles(AppContext.BaseDirectory, "RocketMQ.Samples.*.dll").Select(Path.GetFileName),
        Is.EquivalentTo(Samples().Select(s => $"RocketMQ.Samples.{s.Arguments[0]}.dll")));

    /// <summary>An application with the client starts where nothing but the runtime is installed, and the samples that run here are such.</summary>
    [TestCaseSource(nameof(Samples))]
    public void A_sample_asks_for_no_framework_but_the_plain_runtime(string name, string[] expected)
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(Program(name), ".runtimeconfig.json")));
        var options = config.RootElement.GetProperty("runtimeOptions");

        Assert.That(options.TryGetProperty("frameworks", out _), Is.False, "it has several");
        Assert.That(options.GetProperty("framework").GetProperty("name").GetString(), Is.EqualTo("Microsoft.NETCore.App"));
    }

    [Test]
    public async Task Ctrl_C_stops_a_sample_that_still_waits()
    {
        await using var sample = Start("Consume", _host.NameServer, "a tag that nobody sends");
        await Task.Delay(1500);
        using var interrupt = Process.Start("kill", ["-INT", sample.Id.ToString(CultureInfo.InvariantCulture)]);

        Assert.That(await sample.WaitForExitAsync(Patience), Is.Zero, sample.Output);
        Assert.That(sample.Output, Does.Contain("Stopped."));
    }

    [Test]
    public async Task Without_a_name_server_a_sample_says_what_is_wrong()
    {
        await using var sample = Start("Pull", "127.0.0.1:1");

        Assert.That(await sample.WaitForExitAsync(Patience), Is.EqualTo(1), sample.Output);
        Assert.That(sample.Output, Does.Contain("127.0.0.1:1").And.Not.Contain("   at "));
    }

    private static TestCaseData Sample(string name, params string[] expected) => new TestCaseData(name, expected).SetArgDisplayNames(name);

    private static ChildProcess Start(string name, params string[] arguments) =>
        ChildProcess.Start("dotnet", [Program(name), .. arguments]);

    private static string Program(string name) => BuiltProgram.Find($"client/samples/{name}", $"RocketMQ.Samples.{name}.dll");
}
