using Microsoft.Extensions.Logging;
using RocketMQ.Client.Routing;
using RocketMQ.Client.Tracing;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Core;

/// <summary>What producers and consumers of one client are made from. Only their factories see it; each takes from it what it uses.</summary>
internal sealed record ClientCore
{
    public required ClientIdentity Identity { get; init; }

    public required Rpc Rpc { get; init; }

    public required NameServers NameServers { get; init; }

    public required BrokerTable Brokers { get; init; }

    public required RouteTable Routes { get; init; }

    public required GroupTable Groups { get; init; }

    public required Heartbeats Heartbeats { get; init; }

    /// <summary>Ids of messages.</summary>
    public required UniqueMessageIdSource Ids { get; init; }

    public required ReplyTable Replies { get; init; }

    /// <summary>Made when the first producer or consumer traces.</summary>
    public required Lazy<TraceRecorder> Trace { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Loggers { get; init; }
}
