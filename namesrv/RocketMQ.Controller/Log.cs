using System.Net;
using Microsoft.Extensions.Logging;

namespace RocketMQ.Controller;

/// <summary>What the controller logs; event ids 2100–2199.</summary>
internal static partial class Log
{
    [LoggerMessage(2100, LogLevel.Information, "Controller {Id} of {Group} started on {EndPoint}")]
    public static partial void Started(ILogger logger, string id, string group, EndPoint endPoint);

    [LoggerMessage(2101, LogLevel.Information, "Controller stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(2102, LogLevel.Warning, "Whoever reaches {EndPoint} may elect masters: a controller asks nobody who they are. bindAddress=127.0.0.1 keeps it to this machine")]
    public static partial void OpenToAll(ILogger logger, EndPoint endPoint);

    [LoggerMessage(2103, LogLevel.Warning, "Configuration key {Key} changes nothing here: {Instead}")]
    public static partial void KeyIgnored(ILogger logger, string key, string instead);

    [LoggerMessage(2104, LogLevel.Information, "Configuration updated by {Client}: {Changes}")]
    public static partial void ConfigUpdated(ILogger logger, EndPoint? client, string changes);

    [LoggerMessage(2105, LogLevel.Information, "This controller leads. Brokers have {GraceMs} ms to be heard before any is missed")]
    public static partial void Leads(ILogger logger, int graceMs);

    [LoggerMessage(2106, LogLevel.Information, "Controller {Id} at {Address} leads")]
    public static partial void Follows(ILogger logger, string id, string? address);

    [LoggerMessage(2107, LogLevel.Warning, "No controller is known to lead")]
    public static partial void Leaderless(ILogger logger);

    [LoggerMessage(2110, LogLevel.Information, "Broker {Id} of {Set} is there")]
    public static partial void BrokerCame(ILogger logger, long id, string set);

    [LoggerMessage(2111, LogLevel.Warning, "Broker {Id} of {Set} is missed: {Reason}")]
    public static partial void BrokerMissed(ILogger logger, long id, string set, string reason);

    [LoggerMessage(2112, LogLevel.Warning, "Broker {Id} is master of {Set} in epoch {Epoch}; its sync-state set has epoch {SetEpoch}")]
    public static partial void Elected(ILogger logger, long? id, string set, int epoch, int setEpoch);

    [LoggerMessage(2113, LogLevel.Error, "{Set} has no living master, and none can be elected: {Reason}")]
    public static partial void NotElected(ILogger logger, string set, string? reason);

    [LoggerMessage(2114, LogLevel.Information, "The sync-state set of {Set} is {Ids} in epoch {Epoch}")]
    public static partial void SetChanged(ILogger logger, string set, string ids, int epoch);

    [LoggerMessage(2115, LogLevel.Information, "Broker {Id} at {Address} joined {Set}")]
    public static partial void BrokerJoined(ILogger logger, long? id, string address, string set);

    [LoggerMessage(2116, LogLevel.Warning, "Brokers {Ids} of {Set} were cleaned away by {Client}")]
    public static partial void Cleaned(ILogger logger, string ids, string set, EndPoint? client);

    [LoggerMessage(2117, LogLevel.Debug, "The broker at {Address} could not be told of its set's master: {Reason}")]
    public static partial void NoticeNotSent(ILogger logger, string address, string reason);

    [LoggerMessage(2118, LogLevel.Error, "The state of {Set} can't be read or changed: {Reason}")]
    public static partial void StoreFailed(ILogger logger, string set, string? reason);
}
