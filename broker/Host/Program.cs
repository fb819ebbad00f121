using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Hosting;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Hosting;

namespace RocketMQ.Broker.Host;

/// <summary>The broker as a process.</summary>
internal static class Program
{
    private const string Usage = """
        RocketMQ.Net broker

        usage: broker [-n NAMESRV] [-c FILE] [-p] [-h]
          -n NAMESRV  name servers, host:port;host:port
          -c FILE     properties, with the keys of Apache's broker.conf
          -p          print every key with its value, where it comes from and its default, and leave
          -h          print this and leave
        """;

    private static async Task<int> Main(string[] args)
    {
        // Before the first socket: see there.
        SocketScheduling.RunInline();
        try
        {
            return await RunAsync(args).ConfigureAwait(false);
        }
        catch (CommandLineException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return CommandLineException.ExitCode;
        }
        catch (Exception e) when (StartFailure.Explain(e) is { } reason)
        {
            await Console.Error.WriteLineAsync(reason).ConfigureAwait(false);
            return 1;
        }
    }

    private static async Task<int> RunAsync(string[] args)
    {
        var (file, nameServers, print, help) = Parse(args);
        if (help)
        {
            Console.WriteLine(Usage);
            return 0;
        }

        var properties = BrokerHost.LoadFile(file);
        if (nameServers is not null)
        {
            properties = properties.With([new("namesrvAddr", nameServers)]);
        }

        var configuration = BrokerConfiguration.Bind(properties);
        if (print)
        {
            configuration.Print(Console.Out);
            return 0;
        }

        using var loggers = Logging.Create(file);
        configuration.ReportIgnored(loggers.CreateLogger<BrokerServer>());
        using var stop = new StopSignal();
        var broker = BrokerHost.Create(configuration, loggers);
        try
        {
            try
            {
                await broker.StartAsync(stop.Requested).ConfigureAwait(false);
            }
            catch (Exception e) when (Explain(e, configuration) is { } reason)
            {
                throw new ConfigurationException(reason);
            }

            Console.WriteLine($"The broker serves at {broker.Address}. Its store is {configuration.Store.StorePathRootDir}. Ctrl-C stops it.");
            await stop.Received.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.Requested.IsCancellationRequested)
        {
            // Asked to stop while it started.
        }

        var failed = await broker.StopAsync().ConfigureAwait(false);
        if (failed.Count > 0)
        {
            await Console.Error.WriteLineAsync($"The broker has stopped, but these parts failed or were late: {string.Join("; ", failed)}").ConfigureAwait(false);
        }

        return failed.Count == 0 ? 0 : 1;
    }

    private static string? Explain(Exception e, BrokerConfiguration configuration) =>
        StartFailure.Explain(e, configuration.Store.StorePathRootDir, "listenPort", "bindAddress", "storePathRootDir");

    private static (string? File, string? NameServers, bool Print, bool Help) Parse(string[] args)
    {
        (string? File, string? NameServers, bool Print, bool Help) result = default;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "-c" or "--configFile" when i + 1 < args.Length:
                    result.File = args[++i];
                    break;
                case "-n" or "--namesrvAddr" when i + 1 < args.Length:
                    result.NameServers = args[++i];
                    break;
                case "-p" or "--printConfigItem" or "-m" or "--printImportantConfig":
                    result.Print = true;
                    break;
                case "-h" or "--help":
                    result.Help = true;
                    break;
                default:
                    throw new CommandLineException($"'{args[i]}' is no option of the broker, or lacks its value; -h lists them.");
            }
        }

        return result;
    }
}
