using Microsoft.Extensions.Logging;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>What pop consumption logs.</summary>
internal static partial class PopLog
{
    [LoggerMessage(3500, LogLevel.Warning, "The popped message {Topic} queue {QueueId} offset {Offset} is deleted: it does not come back to group {Group}")]
    public static partial void MessageGone(ILogger logger, string topic, int queueId, long offset, string group);

    [LoggerMessage(3501, LogLevel.Warning, "The popped message {Topic} queue {QueueId} offset {Offset} can't be brought back now ({Reason}); it is tried again")]
    public static partial void NotBroughtBackNow(ILogger logger, string topic, int queueId, long offset, AppendStatus reason);

    [LoggerMessage(3502, LogLevel.Error, "The record of {Topic} queue {QueueId} offset {Offset} is no checkpoint or acknowledgement; it is passed over")]
    public static partial void BadReviveRecord(ILogger logger, string topic, int queueId, long offset, Exception exception);

    [LoggerMessage(3503, LogLevel.Error, "The popped message {Topic} queue {QueueId} offset {Offset} does not come back to {Group}: the store refuses it ({Reason})")]
    public static partial void NeverBroughtBack(ILogger logger, string topic, int queueId, long offset, string group, AppendStatus reason);
}
