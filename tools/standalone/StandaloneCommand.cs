using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker;
using RocketMQ.Broker.Host;
using RocketMQ.Hosting;
using RocketMQ.Remoting.Hosting;
using RocketMQ.Standalone.Replicas;

namespace RocketMQ.Standalone;

/// <summary>A name server and a broker in one process: for development, tests and small installations. With --replicas a set of brokers, to try a failover.</summary>
internal static class StandaloneCommand
{
    /// <summary>As the tools say that a command line makes no sense.</summary>
    private const int BadUsage = CommandLineException.ExitCode;

    private static readonly Option<int?> NameServerPort = Port("--namesrv-port", "Port of the name server (9876); 0 takes any free one.");

    private static readonly Option<int?> BrokerPort = Port(
        "--broker-port", "Port of the broker (10911, or listenPort of the configuration file); 0 takes any free one.");

    private static readonly Option<int?> ControllerPort = Port(
        "--controller-port", $"Port of the controller ({ReplicaKeys.ControllerPort}), with --replicas; 0 takes any free one.");

    private static readonly Option<string?> Store = new("--store")
    {
        Description = "Directory of the store (./data, or storePathRootDir of the configuration file).",
    };

    private static readonly Option<string> Listen = new("--listen")
    {
        Description = "Address to listen on and to announce to clients.", DefaultValueFactory = _ => "127.0.0.1", HelpName = "address",
    };

    private static readonly Option<string?> ConfigFile = new("--config", "-c") { Description = "Apache's broker.conf." };

    private static readonly Option<bool> Print = new("--printConfigItem", "-p")
    {
        Description = "Print every key of the broker with its value, where it comes from and its default, and leave.",
    };

    private static readonly Option<LogLevel> Level = new("--log")
    {
        Description = "Least level that the console shows.",
        DefaultValueFactory = _ => LogLevel.Warning,
        CustomParser = given => Enum.TryParse<LogLevel>(given.Tokens[0].Value, ignoreCase: true, out var level) && Enum.IsDefined(level)
            ? level
            : Refuse<LogLevel>(given, $"--log {given.Tokens[0].Value} is no level: give one of {string.Join(", ", Enum.GetNames<LogLevel>())}."),
    };

    private static readonly Option<int?> Replicas = new("--replicas")
    {
        Description = $"Brokers of one set, each a process of its own with ports 10 above the one before, and a controller that elects their master: {ReplicaKeys.Fewest} to {ReplicaKeys.Most}.",
        HelpName = "number",
        CustomParser = given => int.TryParse(given.Tokens[0].Value, CultureInfo.InvariantCulture, out var number) && number is >= ReplicaKeys.Fewest and <= ReplicaKeys.Most
            ? number
            : Refuse<int?>(given, $"--replicas {given.Tokens[0].Value} is no size of a set: give a number from {ReplicaKeys.Fewest} to {ReplicaKeys.Most}."),
    };

    /// <summary>Which broker of a set this process is: said by the process that starts it.</summary>
    private static readonly Option<int?> Replica = new("--replica") { Hidden = true };

    /// <summary>Reads the command line and serves until a signal comes.</summary>
    /// <returns>0; 1 when it could not start, 2 when the command line makes no sense.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = Create().Parse(args);
        if (arguments.Errors.Count > 0 && arguments.Action is not HelpAction)
        {
            var sentence = arguments.UnmatchedTokens is [var token, ..] ? $"'{token}' is no option of the standalone host." : arguments.Errors[0].Message;
            await Console.Error.WriteLineAsync($"{sentence} -h lists the options.").ConfigureAwait(false);
            return BadUsage;
        }

        // The host stops in its own order, however long that takes.
        return await arguments.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("RocketMQ.Net name server and broker in one process")
        {
            NameServerPort, BrokerPort, Store, Listen, ConfigFile, Print, Level, Replicas, ControllerPort, Replica,
        };
        root.Validators.Add(given =>
        {
            if (given.GetResult(ControllerPort) is not null && given.GetResult(Replicas) is null)
            {
                given.AddError("--controller-port is nothing without --replicas: one broker has no controller.");
            }
        });
        root.SetAction(RunAsync);
        return root;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        try
        {
            var settings = Read(arguments);
            if (arguments.GetValue(Print))
            {
                var configuration = settings.Configure();
                (settings.Replicas is null ? configuration : ReplicaKeys.Of(configuration, number: 1)).Print(Console.Out);
                return 0;
            }

            return await (settings switch
            {
                { Replica: { } number, Replicas: not null } => ReplicaHost.ServeAsync(settings, number),
                { Replicas: { } replicas } => ReplicaSet.ServeAsync(settings, replicas),
                _ => ServeAsync(settings),
            }).ConfigureAwait(false);
        }
        catch (Exception e) when (StartFailure.Explain(e) is { } reason)
        {
            await Console.Error.WriteLineAsync(reason).ConfigureAwait(false);
            return 1;
        }
    }

    private static StandaloneSettings Read(ParseResult arguments) => new()
    {
        NameServerPort = arguments.GetValue(NameServerPort),
        BrokerPort = arguments.GetValue(BrokerPort),
        ControllerPort = arguments.GetValue(ControllerPort),
        Store = arguments.GetValue(Store),
        Listen = arguments.GetValue(Listen)!,
        ConfigFile = arguments.GetValue(ConfigFile),
        Level = arguments.GetValue(Level),
        Replicas = arguments.GetValue(Replicas),
        Replica = arguments.GetValue(Replica),
    };

    private static async Task<int> ServeAsync(StandaloneSettings settings)
    {
        var configuration = settings.Configure();
        using var stop = new StopSignal();
        using var loggers = Logging.Create(settings.ConfigFile, settings.Level);
        configuration.ReportIgnored(loggers.CreateLogger<BrokerServer>());

        var nameServer = StandaloneNameServer.Create(configuration, settings.NameServerPort, loggers);
        await using (nameServer.ConfigureAwait(false))
        {
            await StandaloneStart.RunAsync(() => nameServer.StartAsync(), configuration, "--namesrv-port").ConfigureAwait(false);
            var nameServerAddress = StandaloneNameServer.Address(configuration, nameServer.LocalEndPoint.Port);
            var broker = BrokerHost.Create(configuration with { Broker = configuration.Broker with { NamesrvAddr = nameServerAddress } }, loggers);
            await using (broker.ConfigureAwait(false))
            {
                await StandaloneStart.RunAsync(() => broker.StartAsync(), configuration, "--broker-port").ConfigureAwait(false);
                Announce(nameServerAddress, broker, configuration.Store.StorePathRootDir);
                await stop.Received.ConfigureAwait(false);
                return (await broker.StopAsync().ConfigureAwait(false)).Count == 0 ? 0 : 1;
            }
        }
    }

    private static Option<int?> Port(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "port",
        CustomParser = given => int.TryParse(given.Tokens[0].Value, CultureInfo.InvariantCulture, out var port) && port is >= 0 and <= IPEndPoint.MaxPort
            ? port
            : Refuse<int?>(given, $"{name} {given.Tokens[0].Value} is no port: give a number from 0 to {IPEndPoint.MaxPort}."),
    };

    private static T? Refuse<T>(ArgumentResult given, string sentence)
    {
        given.AddError(sentence);
        return default;
    }

    private static void Announce(string nameServer, BrokerServer broker, string store)
    {
        Console.WriteLine($"name server  {nameServer}");
        Console.WriteLine($"broker       {broker.Address}");
        Console.WriteLine($"store        {store}");
        if (broker.ProbeEndPoint is { } probes)
        {
            Console.WriteLine($"health       http://{probes}/health/ready, figures at /metrics");
        }

        Console.WriteLine($"Ready after {StandaloneStart.Age.TotalMilliseconds:0} ms. Try: dotnet run -c Release --project client/samples/Produce -- {nameServer}");
        Console.WriteLine("Ctrl-C stops it.");
    }
}
