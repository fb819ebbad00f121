using RocketMQ.Client;
using RocketMQ.MqAdmin;
using RocketMQ.TestSupport;
using RocketMQ.Tools.Tests.Support;

namespace RocketMQ.Tools.Tests;

/// <summary>The one standalone host that all tests of this project share, and mqadmin run against it within this process.</summary>
[SetUpFixture]
public sealed class LiveHost
{
    private static StandaloneHost? _host;

    public static StandaloneHost Host => _host ?? throw new InvalidOperationException("The host is not started.");

    public const string Cluster = "DefaultCluster";

    public const string BrokerName = "broker-a";

    [OneTimeSetUp]
    public static async Task StartAsync() => _host = await StandaloneHost.StartNewAsync();

    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    /// <summary>Runs <c>mqadmin</c> with these words after its name, and <c>-n</c> for the shared host.</summary>
    public static Task<Outcome> RunAsync(string words) => RunAsync([.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries), "-n", Host.NameServer]);

    /// <summary>Makes a topic, and waits until the name server knows what the broker registers soon after.</summary>
    /// <param name="words">The topic and further options of updateTopic.</param>
    public static async Task MakeTopicAsync(string words)
    {
        (await RunAsync($"updateTopic -c {Cluster} -t {words}")).Done();
        await Eventually.TrueAsync(async () => (await RunAsync($"topicRoute -t {words.Split(' ')[0]}")).ExitCode == 0, $"the route of {words}");
    }

    /// <summary>Runs <c>mqadmin</c> with exactly these arguments.</summary>
    public static async Task<Outcome> RunAsync(string[] arguments, int? terminalWidth = null, Func<string, string?>? environment = null, bool showsProgress = false)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var code = await CommandLine.RunAsync(
            arguments,
            new Surroundings { Output = output, Error = error, TerminalWidth = terminalWidth, Environment = environment ?? (_ => null), ShowsProgress = showsProgress },
            patience.Token);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    public static RocketMQClient NewClient() => new(new ClientOptions { NameServers = Host.NameServer });
}
