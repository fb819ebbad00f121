using System.CommandLine;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Client;

namespace RocketMQ.Benchmark.Modes;

/// <summary>What a broker costs while nothing happens, with a producer and a consumer connected or with nobody.</summary>
internal sealed class IdleMode : Mode
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    private readonly Option<int> _pid = new("--pid") { Description = "The broker's process.", Required = true };
    private readonly Option<double> _seconds = new("--seconds") { Description = "How long to watch.", DefaultValueFactory = _ => 60 };
    private readonly Option<string?> _nameServers = new("--namesrv", "-n") { Description = "Connect a producer and a consumer first, through this name server." };
    private readonly Option<string> _topic = new("--topic", "-t") { Description = "Topic of the two.", DefaultValueFactory = _ => "BenchmarkTest" };

    public IdleMode()
        : base("idle", "Watches a broker that has nothing to do: CPU, wake-ups, resident memory.")
    {
        Option[] own = [_pid, _seconds, _nameServers, _topic];
        Array.ForEach(own, Command.Options.Add);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_nameServers) is not { } nameServers)
        {
            return await WatchAsync(arguments, cancellationToken).ConfigureAwait(false);
        }

        var topic = arguments.GetValue(_topic)!;
        var client = new RocketMQClient(new ClientOptions { NameServers = nameServers, InstanceName = "benchmark-idle" });
        await using var _ = client.ConfigureAwait(false);
        var producer = client.CreateProducer(new ProducerOptions { Group = "benchmark_producer" });
        await using var __ = producer.ConfigureAwait(false);
        await producer.SendAsync(new Message(topic, new byte[1]), cancellationToken).ConfigureAwait(false);
        var consumer = await client.StartPushConsumerAsync(
            new PushConsumerOptions
            {
                Group = "benchmark_idle",
                Subscriptions = new Dictionary<string, FilterExpression> { [topic] = FilterExpression.All },
            },
            (_, _) => new(ConsumeResult.Success),
            cancellationToken).ConfigureAwait(false);
        await using var ___ = consumer.ConfigureAwait(false);
        return await WatchAsync(arguments, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Report> WatchAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var pid = arguments.GetValue(_pid);
        var seconds = arguments.GetValue(_seconds);
        await Task.Delay(seconds < Settle.TotalSeconds ? TimeSpan.Zero : Settle, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        var before = ProcessUsage.Of(pid);
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        var after = ProcessUsage.Of(pid);
        return new Report
        {
            Mode = "idle",
            Seconds = seconds,
            Figures = new Dictionary<string, double>
            {
                ["percentOfACore"] = (after.CpuSeconds - before.CpuSeconds) * 100 / seconds,
                ["wakeUpsPerSecond"] = (after.WakeUps - before.WakeUps) / seconds,
                ["residentMiB"] = after.ResidentBytes / (1024.0 * 1024),
            },
        };
    }
}
