using Microsoft.Extensions.Logging;
using NLog;
using NLog.Config;
using NLog.Extensions.Logging;
using NLog.Layouts;
using NLog.Targets;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Hosting;

/// <summary>NLog as <c>NLog.config</c> beside the configuration file says; without one, Information and up on the console.</summary>
public static class Logging
{
    /// <param name="configurationFile">The program's configuration file, if it has one; without, <c>NLog.config</c> is looked for where the program was started.</param>
    /// <param name="consoleLevel">What the console shows where no NLog.config decides.</param>
    /// <exception cref="ConfigurationException">The file is broken.</exception>
    public static ILoggerFactory Create(string? configurationFile, Microsoft.Extensions.Logging.LogLevel consoleLevel = Microsoft.Extensions.Logging.LogLevel.Information)
    {
        var file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configurationFile ?? "NLog.config"))!, "NLog.config");
        try
        {
            LogManager.Configuration = File.Exists(file) ? new XmlLoggingConfiguration(file) : Console(consoleLevel);
        }
        catch (NLogConfigurationException e)
        {
            throw new ConfigurationException($"NLog.config can't be used: {e.Message}");
        }

        // Without the builder, which would bring a service container into a process that has none.
        return new LoggerFactory([new NLogLoggerProvider()]);
    }

    private static LoggingConfiguration Console(Microsoft.Extensions.Logging.LogLevel level)
    {
        var configuration = new LoggingConfiguration();
        configuration.AddRule(NLog.LogLevel.FromOrdinal((int)level), NLog.LogLevel.Fatal, new ConsoleTarget
        {
            // What stands behind an end of line is indented: no text of a client looks like a line of its own.
            Layout = Layout.FromString("${longdate} ${level:uppercase=true:padding=-5} ${logger:shortName=true} ${replace-newlines:replacement=\\n    :inner=${message}}${onexception:${newline}${replace-newlines:replacement=\\n    :inner=${exception:format=tostring}}}"),
        });
        return configuration;
    }
}
