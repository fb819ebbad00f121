using Microsoft.Extensions.Logging;

namespace RocketMQ.Controller.Etcd;

/// <summary>What goes on with etcd; event ids 2200–2249.</summary>
internal static partial class Log
{
    [LoggerMessage(2200, LogLevel.Warning, "The lead is given up: {Reason}")]
    public static partial void LeadLost(ILogger logger, string reason);

    [LoggerMessage(2201, LogLevel.Warning, "{Reason}. It is tried again")]
    public static partial void Troubled(ILogger logger, string reason);

    [LoggerMessage(2202, LogLevel.Information, "etcd answers again")]
    public static partial void Recovered(ILogger logger);

    [LoggerMessage(2203, LogLevel.Error, "The key {Key} in etcd is passed over: {Reason}")]
    public static partial void Nonsense(ILogger logger, string key, string reason);

    [LoggerMessage(2204, LogLevel.Information, "A new term begins: how a change ended is not known, and it can't be made any more")]
    public static partial void NewTerm(ILogger logger);
}
