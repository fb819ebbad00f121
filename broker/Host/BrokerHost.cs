using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Hosting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Transport.Kestrel.Http;

namespace RocketMQ.Broker.Host;

/// <summary>A broker as a program has it: with the transport that its file names, HTTP for probes, OTLP, and YAML.</summary>
public static class BrokerHost
{
    /// <summary>The file given with <c>-c</c>, which later changes are written to; no settings where none is given.</summary>
    /// <exception cref="ConfigurationException">The file can't be read.</exception>
    public static JavaProperties LoadFile(string? path) =>
        path is null ? JavaProperties.Empty : JavaProperties.Load(path).With([new("brokerConfigPath", Path.GetFullPath(path))]);

    public static BrokerServer Create(BrokerConfiguration configuration, ILoggerFactory loggers) =>
        new(WithHome(configuration.Broker), configuration.Store, Surroundings(configuration.Broker, loggers));

    public static BrokerSurroundings Surroundings(BrokerOptions options, ILoggerFactory loggers) => new()
    {
        Transport = Transports.Of(options.TransportType, loggers),
        Loggers = loggers,
        Probes = new KestrelProbes(loggers),
        Exporter = new OtlpExport(),
        PlainAcl = new PlainAclYaml(),
    };

    private static BrokerOptions WithHome(BrokerOptions options) =>
        options.RocketmqHome.Length == 0 && Environment.GetEnvironmentVariable("ROCKETMQ_HOME") is { } home ? options with { RocketmqHome = home } : options;
}
