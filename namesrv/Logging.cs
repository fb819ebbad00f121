using Microsoft.Extensions.Logging;
using NLog;
using NLog.Config;
using NLog.Extensions.Logging;
using NLog.Layouts;
using NLog.Targets;

namespace RocketMQ.NameServer;

/// <summary>NLog as <c>NLog.config</c> beside the configuration file says; without one, Information and up on the console.</summary>
internal static class Logging
{
    /// <exception cref="NLogConfigurationException">The file is broken.</exception>
    public static ILoggerFactory Create(string? configurationFile)
    {
        var file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configurationFile ?? "namesrv.conf"))!, "NLog.config");
        LogManager.Configuration = File.Exists(file) ? new XmlLoggingConfiguration(file) : Console();

        // Without the builder, which would bring a service container into a process that has none.
        return new LoggerFactory([new NLogLoggerProvider()]);
    }

    private static LoggingConfiguration Console()
    {
        var configuration = new LoggingConfiguration();
        configuration.AddRule(NLog.LogLevel.Info, NLog.LogLevel.Fatal, new ConsoleTarget
        {
            // What stands behind an end of line is indented: no text of a client looks like a line of its own.
            Layout = Layout.FromString("${longdate} ${level:uppercase=true:padding=-5} ${logger:shortName=true} ${replace-newlines:replacement=\\n    :inner=${message}}${onexception:${newline}${replace-newlines:replacement=\\n    :inner=${exception:format=tostring}}}"),
        });
        return configuration;
    }
}
