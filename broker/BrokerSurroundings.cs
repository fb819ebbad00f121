using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Auth.Plain;
using RocketMQ.Broker.Metrics;
using RocketMQ.Remoting.Probes;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker;

/// <summary>
/// What a broker takes from the process it is in. A program gives it sockets, logs and a collector of figures; a test or an application that embeds
/// it gives it what it likes, and leaves out what it has no use for.
/// </summary>
public sealed record BrokerSurroundings
{
    /// <summary>What clients come over, and name servers are reached by.</summary>
    public required IConnectionTransport Transport { get; init; }

    /// <summary>The clock everything goes by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where all parts log.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>What store and configuration take for the file system.</summary>
    public IStoreFileSystem Files { get; init; } = PhysicalFileSystem.Instance;

    /// <summary>What health and figures are asked for over; without it they are not served.</summary>
    public IProbeTransport? Probes { get; init; }

    /// <summary>Sends figures to a collector, for metricsExporterType=OTLP_GRPC.</summary>
    public IMetricExporter? Exporter { get; init; }

    /// <summary>Reads the accounts of ACL 1.0, for aclEnable=true.</summary>
    public IPlainAclReader? PlainAcl { get; init; }
}
