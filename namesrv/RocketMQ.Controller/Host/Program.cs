using Microsoft.Extensions.Logging;
using RocketMQ.Controller.Configuration;
using RocketMQ.Controller.Etcd;
using RocketMQ.Hosting;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Hosting;

namespace RocketMQ.Controller.Host;

/// <summary>The controller as a process.</summary>
internal static class Program
{
    private const string Usage = """
        RocketMQ.Net controller

        usage: controller [-c FILE] [-p] [-h]
          -c FILE   properties, with the keys of Apache's controller.conf
          -p        print every key with its value, where it comes from and its default, and leave
          -h        print this and leave
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
        catch (RemotingBindException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message}. {(e.IsForeignAddress ? "bindAddress takes an address of this machine" : "listenPort, or the port in controllerDLegerPeers, moves it")}.").ConfigureAwait(false);
            return 1;
        }
        catch (ConfigurationException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return 1;
        }
        finally
        {
            NLog.LogManager.Shutdown();
        }
    }

    private static async Task<int> RunAsync(string[] args)
    {
        var (file, print, help) = Parse(args);
        if (help)
        {
            Console.WriteLine(Usage);
            return 0;
        }

        var properties = file is null ? JavaProperties.Empty : JavaProperties.Load(file);
        var configuration = ControllerConfiguration.Bind(properties, typeof(EtcdOptions));
        var etcd = OptionsBinder.Bind<EtcdOptions>(properties);
        if (configuration.Options.RocketmqHome.Length == 0 && Environment.GetEnvironmentVariable("ROCKETMQ_HOME") is { } home)
        {
            configuration = configuration with { Options = configuration.Options with { RocketmqHome = home } };
        }

        if (print)
        {
            configuration.Print(Console.Out, OptionsBinder.Describe(etcd, properties));
            return 0;
        }

        using var loggers = Logging.Create(file);
        configuration.ReportIgnored(loggers.CreateLogger<ControllerServer>());
        await ServeAsync(file is null ? configuration.Options : configuration.Options with { ConfigStorePath = file }, etcd, loggers).ConfigureAwait(false);
        return 0;
    }

    private static async Task ServeAsync(ControllerOptions options, EtcdOptions etcd, ILoggerFactory loggers)
    {
        using var stop = new StopSignal();
        await using var server = new ControllerServer(
            options, ControllerStores.Of(options, etcd, TimeProvider.System, loggers), TimeProvider.System, loggers, Transports.Of(options.TransportType, loggers));
        await server.StartAsync().ConfigureAwait(false);
        Console.WriteLine($"The controller listens on {server.LocalEndPoint}. Ctrl-C stops it.");
        await stop.Received.ConfigureAwait(false);
        await server.StopAsync().ConfigureAwait(false);
    }

    private static (string? File, bool Print, bool Help) Parse(string[] args)
    {
        (string? File, bool Print, bool Help) result = default;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "-c" or "--configFile" when i + 1 < args.Length:
                    result.File = args[++i];
                    break;
                case "-p" or "--printConfigItem":
                    result.Print = true;
                    break;
                case "-h" or "--help":
                    result.Help = true;
                    break;
                default:
                    throw new CommandLineException($"'{args[i]}' is no option of the controller, or lacks its value; -h lists them.");
            }
        }

        return result;
    }
}
