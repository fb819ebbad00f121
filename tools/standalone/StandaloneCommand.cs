using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Host;
using RocketMQ.Hosting;
using RocketMQ.NameServer;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Hosting;

namespace RocketMQ.Standalone;

/// <summary>A name server and a broker in one process: for development, tests and small installations.</summary>
internal static class StandaloneCommand
{
    /// <summary>As the tools say that a command line makes no sense.</summary>
    private const int BadUsage = CommandLineException.ExitCode;

    private static readonly Option<int?> NameServerPort = Port("--namesrv-port", "Port of the name server (9876); 0 takes any free one.");

    private static readonly Option<int?> BrokerPort = Port(
        "--broker-port", "Port of the broker (10911, or listenPort of the configuration file); 0 takes any free one.");

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
            NameServerPort, BrokerPort, Store, Listen, ConfigFile, Print, Level,
        };
        root.SetAction(RunAsync);
        return root;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        try
        {
            if (arguments.GetValue(Print))
            {
                Configure(arguments).Print(Console.Out);
                return 0;
            }

            return await ServeAsync(arguments).ConfigureAwait(false);
        }
        catch (Exception e) when (StartFailure.Explain(e) is { } reason)
        {
            await Console.Error.WriteLineAsync(reason).ConfigureAwait(false);
            return 1;
        }
    }

    private static async Task<int> ServeAsync(ParseResult arguments)
    {
        var configuration = Configure(arguments);
        var address = IPAddress.Parse(configuration.Broker.BindAddress);
        using var stop = new StopSignal();
        using var loggers = Logging.Create(arguments.GetValue(ConfigFile), arguments.GetValue(Level));
        configuration.ReportIgnored(loggers.CreateLogger<BrokerServer>());

        var nameServer = new NameServer.NameServer(
            new NameServerOptions
            {
                BindAddress = configuration.Broker.BindAddress,
                ListenPort = arguments.GetValue(NameServerPort) ?? 9876,
                TransportType = configuration.Broker.TransportType,
                Tls = configuration.Broker.Tls,
                ProxyProtocolTrustedAddresses = configuration.Broker.ProxyProtocolTrustedAddresses,
                KvConfigPath = Path.Combine(configuration.Store.StorePathRootDir, "namesrv", "kvConfig.json"),
                ConfigStorePath = Path.Combine(configuration.Store.StorePathRootDir, "namesrv", "namesrv.properties"),
            },
            TimeProvider.System,
            loggers,
            Transports.Of(configuration.Broker.TransportType, loggers));
        await using (nameServer.ConfigureAwait(false))
        {
            await StartAsync(nameServer.StartAsync, configuration, "--namesrv-port").ConfigureAwait(false);
            var nameServerAddress = RemotingAddress.Format(address, nameServer.LocalEndPoint.Port);
            var broker = BrokerHost.Create(configuration with { Broker = configuration.Broker with { NamesrvAddr = nameServerAddress } }, loggers);
            await using (broker.ConfigureAwait(false))
            {
                await StartAsync(broker.StartAsync, configuration, "--broker-port").ConfigureAwait(false);
                Announce(nameServerAddress, broker, configuration.Store.StorePathRootDir);
                await stop.Received.ConfigureAwait(false);
                return (await broker.StopAsync().ConfigureAwait(false)).Count == 0 ? 0 : 1;
            }
        }
    }

    /// <param name="start">Starts one of the two.</param>
    /// <param name="configuration">Of the broker, whose store holds what the name server keeps.</param>
    /// <param name="portOption">The option that moves its port.</param>
    private static async Task StartAsync(Func<CancellationToken, Task> start, BrokerConfiguration configuration, string portOption)
    {
        try
        {
            await start(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (StartFailure.Explain(e, configuration.Store.StorePathRootDir, portOption, "--listen", "--store") is { } reason)
        {
            throw new ConfigurationException(reason);
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

    /// <summary>The configuration file, with what the command line says on top.</summary>
    private static BrokerConfiguration Configure(ParseResult arguments)
    {
        var listen = arguments.GetValue(Listen)!;
        if (!IPAddress.TryParse(listen, out _))
        {
            throw new ConfigurationException($"--listen {listen} is not an IP address.");
        }

        var file = arguments.GetValue(ConfigFile);
        var properties = BrokerHost.LoadFile(file);
        var overrides = new Dictionary<string, string> { ["bindAddress"] = listen };
        if (!properties.Entries.ContainsKey("brokerIP1"))
        {
            overrides["brokerIP1"] = listen;
        }

        if (arguments.GetValue(BrokerPort) is { } port)
        {
            overrides["listenPort"] = port.ToString(CultureInfo.InvariantCulture);
        }

        if (arguments.GetValue(Store) is not null || !properties.Entries.ContainsKey("storePathRootDir"))
        {
            overrides["storePathRootDir"] = Path.GetFullPath(arguments.GetValue(Store) ?? "data");
        }

        if (!properties.Entries.ContainsKey("brokerName"))
        {
            overrides["brokerName"] = "broker-a";
        }

        return BrokerConfiguration.Bind(properties.With(overrides));
    }

    private static void Announce(string nameServer, BrokerServer broker, string store)
    {
        var startup = TimeProvider.System.GetUtcNow() - Process.GetCurrentProcess().StartTime;
        Console.WriteLine($"name server  {nameServer}");
        Console.WriteLine($"broker       {broker.Address}");
        Console.WriteLine($"store        {store}");
        if (broker.ProbeEndPoint is { } probes)
        {
            Console.WriteLine($"health       http://{probes}/health/ready, figures at /metrics");
        }

        Console.WriteLine($"Ready after {startup.TotalMilliseconds:0} ms. Try: dotnet run -c Release --project client/samples/Produce -- {nameServer}");
        Console.WriteLine("Ctrl-C stops it.");
    }
}
