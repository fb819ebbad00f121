using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker;
using RocketMQ.Broker.Configuration;
using RocketMQ.Controller;
using RocketMQ.Controller.Sets;
using RocketMQ.Hosting;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Hosting;

namespace RocketMQ.Standalone.Replicas;

/// <summary>
/// A broker set on one machine, to try a failover: name server and controller in this process, and each broker in one of its own, so that it can be killed as a
/// broker is that loses its machine. None of them outlives this process, however that ends.
/// </summary>
internal static class ReplicaSet
{
    /// <summary>Between two looks at what the controller has decided.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    public static async Task<int> ServeAsync(StandaloneSettings settings, int replicas)
    {
        var all = settings.Configure();
        for (var number = 1; number <= replicas; number++)
        {
            _ = ReplicaKeys.Of(all, number);
        }

        if (ReplicaKeys.Folder(all, replicas + 1) is var more && Directory.Exists(more))
        {
            throw new ConfigurationException($"The set in {all.Store.StorePathRootDir} has more than {replicas} brokers, for {more} is there: --replicas takes them all, --store another directory.");
        }

        using var stop = new StopSignal();
        using var loggers = Logging.Create(settings.ConfigFile, settings.Level);
        all.ReportIgnored(loggers.CreateLogger<BrokerServer>());
        var nameServer = StandaloneNameServer.Create(all, settings.NameServerPort, loggers);
        await using (nameServer.ConfigureAwait(false))
        {
            await StandaloneStart.RunAsync(() => nameServer.StartAsync(), all, "--namesrv-port").ConfigureAwait(false);
            var options = ControllerOptions(all, settings);
            var store = ControllerServer.FileStore(options);
            var controller = new ControllerServer(options, store, TimeProvider.System, loggers, Transports.Of(options.TransportType, loggers));
            await using (controller.ConfigureAwait(false))
            {
                await StandaloneStart.RunAsync(() => controller.StartAsync(), all, "--controller-port").ConfigureAwait(false);
                Console.WriteLine($"name server  {StandaloneNameServer.Address(all, nameServer.LocalEndPoint.Port)}");
                Console.WriteLine($"controller   {RemotingAddress.Format(IPAddress.Parse(all.Broker.BindAddress), controller.LocalEndPoint.Port)}");
                settings = settings with { NameServerPort = nameServer.LocalEndPoint.Port, ControllerPort = controller.LocalEndPoint.Port };
                List<ReplicaProcess> brokers = [.. Enumerable.Range(1, replicas).Select(number => new ReplicaProcess(settings, number, ReplicaKeys.Folder(all, number)))];
                var hasStarted = await ServeAsync(brokers, () => store.FindSeen(all.Broker.BrokerName), stop).ConfigureAwait(false);
                var failed = await StopAsync(brokers, store.FindSeen(all.Broker.BrokerName)).ConfigureAwait(false);
                return hasStarted && !failed ? 0 : 1;
            }
        }
    }

    /// <summary>Starts the brokers, and shows what becomes of the set until a signal comes.</summary>
    /// <returns>False when a broker did not start.</returns>
    private static async Task<bool> ServeAsync(List<ReplicaProcess> brokers, Func<BrokerSet?> find, StopSignal stop)
    {
        var showing = ShowAsync(find, brokers.Count, stop.Requested);
        foreach (var (i, broker) in brokers.Index())
        {
            var start = broker.StartAsync();
            if (await Task.WhenAny(start, stop.Received).ConfigureAwait(false) == start && !await start.ConfigureAwait(false))
            {
                return false;
            }

            // One after the other: so the controller's ids are the numbers here.
            while ((find()?.Replicas.Count ?? 0) <= i && broker.IsRunning && !stop.Received.IsCompleted)
            {
                await Task.WhenAny(stop.Received, Task.Delay(LookEvery, TimeProvider.System)).ConfigureAwait(false);
            }
        }

        new Thread(() => TakeOrders(brokers, stop)) { IsBackground = true, Name = "orders" }.Start();
        await stop.Received.ConfigureAwait(false);
        await showing.ConfigureAwait(false);
        return true;
    }

    /// <summary>Says who is master, and who keeps up, whenever that changes.</summary>
    private static async Task ShowAsync(Func<BrokerSet?> find, int replicas, CancellationToken cancellationToken)
    {
        BrokerSet? shown = null;
        var isReady = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            if (find() is { MasterBrokerId: { } master } set && (set.MasterEpoch != shown?.MasterEpoch || set.SyncStateSetEpoch != shown.SyncStateSetEpoch))
            {
                shown = set;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"master       broker {master} at {set.AddressOf(master)} in epoch {set.MasterEpoch}; in sync: {string.Join(", ", set.SyncStateSet)}"));
                if (!isReady && set.SyncStateSet.Count == replicas)
                {
                    isReady = true;
                    Console.WriteLine($"Ready after {StandaloneStart.Age.TotalMilliseconds:0} ms. kill -9 PID takes a broker away, kill PID stops it in order; its number and Enter starts it again.");
                    Console.WriteLine("Ctrl-C stops all.");
                }
            }

            await Task.Delay(LookEvery, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Starts the broker whose number is typed.</summary>
    private static void TakeOrders(List<ReplicaProcess> brokers, StopSignal stop)
    {
        while (Console.In.ReadLine() is { } line && !stop.Received.IsCompleted)
        {
            if (!int.TryParse(line.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > brokers.Count)
            {
                Console.WriteLine($"Give the number of a broker that has ended, 1 to {brokers.Count}.");
            }
            else if (brokers[number - 1].IsRunning)
            {
                Console.WriteLine($"broker {number}     runs, pid {brokers[number - 1].ProcessId}");
            }
            else
            {
                _ = brokers[number - 1].StartAsync();
            }
        }
    }

    /// <summary>Slaves first: nobody has to take over from a master that stops last.</summary>
    /// <returns>Whether one of them failed to stop, or was late.</returns>
    private static async Task<bool> StopAsync(List<ReplicaProcess> brokers, BrokerSet? set)
    {
        var failed = false;
        foreach (var broker in brokers.OrderBy(broker => broker.Address == set?.AddressOf(set.MasterBrokerId)))
        {
            failed |= await broker.StopAsync().ConfigureAwait(false) != 0;
        }

        return failed;
    }

    private static ControllerOptions ControllerOptions(BrokerConfiguration all, StandaloneSettings settings)
    {
        var folder = Path.Combine(all.Store.StorePathRootDir, "controller");
        return new ControllerOptions
        {
            BindAddress = all.Broker.BindAddress,
            ListenPort = settings.ControllerPort ?? ReplicaKeys.ControllerPort,
            TransportType = all.Broker.TransportType,
            Tls = all.Broker.Tls,
            ProxyProtocolTrustedAddresses = all.Broker.ProxyProtocolTrustedAddresses,
            ControllerStorePath = folder,
            ConfigStorePath = Path.Combine(folder, "controller.properties"),
        };
    }
}
