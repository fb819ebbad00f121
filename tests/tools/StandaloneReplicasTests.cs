using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using RocketMQ.Client;
using RocketMQ.TestSupport;
using RocketMQ.Tools.Tests.Support;

namespace RocketMQ.Tools.Tests;

/// <summary>A set of brokers that the standalone host starts, to try a failover.</summary>
public partial class StandaloneReplicasTests
{
    /// <summary>A broker takes a second to start, and on a busy machine several.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TestFolder _folder = null!;
    private ChildProcess _host = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public async Task RemoveAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_killed_master_is_followed_by_another_that_takes_messages_and_comes_back_when_it_is_told_to()
    {
        Start(replicas: 3);
        await SeenAsync("Ready after");
        Assert.That(_host.Output, Does.Match(@"master +broker 1 at \S+ in epoch 1; in sync: 1, 2, 3"));
        var killed = Pid(1);
        var nameServer = NameServer().Match(_host.Output).Groups[1].Value;
        await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
        await using var producer = client.CreateProducer(new ProducerOptions { Group = "failover" });
        await producer.SendAsync(new Message("Orders", "before"u8.ToArray()) { Keys = ["before"] }, CancellationToken.None);

        using (var master = Process.GetProcessById(killed))
        {
            master.Kill();
        }

        await SeenAsync("in epoch 2");
        await producer.SendAsync(new Message("Orders", "after"u8.ToArray()), CancellationToken.None);
        Assert.That((await LiveHost.RunAsync(["queryMsgByKey", "-n", nameServer, "-t", "Orders", "-k", "before"])).Done().Output.Trim().Split('\n'), Has.Length.EqualTo(2));

        await SeenAsync($"pid {killed} has ended by signal 9. 1 and Enter starts it again.");
        _host.WriteLine("4");
        await SeenAsync("Give the number of a broker that has ended, 1 to 3.");
        _host.WriteLine("2");
        await SeenAsync($"broker 2     runs, pid {Pid(2)}");
        _host.WriteLine("1");
        await SeenAsync("in sync: 1, 2, 3", after: "in epoch 2");

        int[] running = [Pid(1), Pid(2), Pid(3)];
        Assert.That(running, Has.None.EqualTo(killed).And.All.Matches<int>(IsRunning));
        Assert.That(await _host.TerminateAsync(Patience), Is.Zero, _host.Output);
        Assert.That(running, Has.None.Matches<int>(IsRunning));
        Assert.That(Directory.GetFiles(_folder.Path, "abort", SearchOption.AllDirectories), Is.Empty, "each has stopped in order");
    }

    [Test]
    public async Task No_broker_outlives_the_process_that_started_it()
    {
        Start(replicas: 2);
        await SeenAsync("broker 2     127.0.0.1:");
        int[] running = [Pid(1), Pid(2)];

        await _host.KillAsync();

        await Eventually.TrueAsync(() => !running.Any(IsRunning), "the end of the brokers");
        Assert.That(Directory.GetFiles(_folder.Path, "abort", SearchOption.AllDirectories), Is.Empty, "each has stopped in order");
    }

    [Test]
    public async Task It_ends_when_one_of_them_can_not_start()
    {
        Directory.CreateDirectory(_folder.File("store"));
        await File.WriteAllTextAsync(_folder.File("store/replica-2"), "no directory");

        Start(replicas: 2);

        Assert.That(await _host.WaitForExitAsync(Patience), Is.EqualTo(1), _host.Output);
        Assert.That(_host.Output, Does.Contain("broker 2: The store ").And.Not.Contain("Ready"));
        Assert.That(IsRunning(Pid(1)), Is.False);
    }

    /// <summary>One that has ended, and that nobody has taken notice of, has no command line any more.</summary>
    private static bool IsRunning(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Start(int replicas)
    {
        var file = _folder.File("broker.conf");
        File.WriteAllLines(file, ["metricsPromExporterPort=0"]);
        _host = ChildProcess.Start("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "RocketMQ.Standalone.dll"), "--replicas", $"{replicas}", "--namesrv-port", "0", "--controller-port", "0", "--broker-port", "0",
            "--store", _folder.File("store"), "-c", file,
        ]);
    }

    /// <summary>Waits for a text; with another, for one behind that.</summary>
    private async Task SeenAsync(string text, string after = "")
    {
        var watch = Stopwatch.StartNew();
        while (!_host.Output.Contains(text, StringComparison.Ordinal) || _host.Output.LastIndexOf(text, StringComparison.Ordinal) < _host.Output.IndexOf(after, StringComparison.Ordinal))
        {
            Assert.That(!_host.HasExited && watch.Elapsed < Patience, $"waiting for '{text}'; it printed:\n{_host.Output}");
            await Task.Delay(20);
        }
    }

    /// <summary>The process of a broker that was started last.</summary>
    private int Pid(int broker) => int.Parse(Regex.Matches(_host.Output, $@"(?m)^broker {broker} +127\.0\.0\.1:\d+, pid (\d+)")[^1].Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"name server +(\S+)")]
    private static partial Regex NameServer();
}
