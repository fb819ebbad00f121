using RocketMQ.Broker.Host;
using RocketMQ.Hosting;

namespace RocketMQ.Standalone.Replicas;

/// <summary>One broker of the set, as a process of its own.</summary>
internal static class ReplicaHost
{
    /// <summary>What it prints when it serves, in front of its address.</summary>
    public const string Serves = "serves at ";

    public static async Task<int> ServeAsync(StandaloneSettings settings, int number)
    {
        using var stop = new ReplicaStop();
        var all = settings.Configure();
        var configuration = ReplicaKeys.Of(all, number);
        configuration = configuration with { Broker = configuration.Broker with { NamesrvAddr = StandaloneNameServer.Address(all, settings.NameServerPort!.Value) } };
        using var loggers = Logging.Create(settings.ConfigFile, settings.Level);
        var broker = BrokerHost.Create(configuration, loggers);
        await using (broker.ConfigureAwait(false))
        {
            try
            {
                await StandaloneStart.RunAsync(() => broker.StartAsync(stop.Requested), configuration, "--broker-port").ConfigureAwait(false);
                Console.WriteLine($"{Serves}{broker.Address}");
                await stop.Received.ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.Requested.IsCancellationRequested)
            {
                // Asked to stop while it started.
            }

            return (await broker.StopAsync().ConfigureAwait(false)).Count == 0 ? 0 : 1;
        }
    }
}
