using Microsoft.Extensions.Logging;

namespace RocketMQ.Client;

/// <summary>What the client logs. Ids: 1000 core and routes, 1100 producing, 1200 consuming.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Warning, "The {Work} failed and is tried again at its next turn")]
    public static partial void PeriodicWorkFailed(ILogger logger, string work, Exception exception);

    [LoggerMessage(1002, LogLevel.Warning, "Name server {Address} did not answer, the next is asked: {Reason}")]
    public static partial void NameServerFailed(ILogger logger, string address, string reason);

    [LoggerMessage(1003, LogLevel.Warning, "The route of topic {Topic} could not be asked for, the last known stays: {Reason}")]
    public static partial void RouteRefreshFailed(ILogger logger, string topic, string reason);

    [LoggerMessage(1004, LogLevel.Information, "Topic {Topic} has {WriteQueues} queues to write and {ReadQueues} to read")]
    public static partial void RouteChanged(ILogger logger, string topic, int writeQueues, int readQueues);

    [LoggerMessage(1005, LogLevel.Warning, "Broker {Address} took no heartbeat: {Reason}")]
    public static partial void HeartbeatFailed(ILogger logger, string address, string reason);

    [LoggerMessage(1006, LogLevel.Debug, "Broker {Address} was not told that this client left: {Reason}")]
    public static partial void LeaveFailed(ILogger logger, string address, string reason);

    [LoggerMessage(1201, LogLevel.Warning, "Group {Group} can't share out the queues of topic {Topic}, its queues stay as they are: {Reason}")]
    public static partial void RebalanceFailed(ILogger logger, string group, string topic, string reason);

    [LoggerMessage(1202, LogLevel.Information, "Group {Group} consumes {Queue} from offset {Offset}")]
    public static partial void QueueAssigned(ILogger logger, string group, MessageQueue queue, long offset);

    [LoggerMessage(1203, LogLevel.Information, "Group {Group} no longer consumes {Queue} here")]
    public static partial void QueueRevoked(ILogger logger, string group, MessageQueue queue);

    [LoggerMessage(1204, LogLevel.Warning, "Group {Group} can't pull {Queue}, tried again in {DelayMs} ms: {Reason}")]
    public static partial void PullFailed(ILogger logger, string group, MessageQueue queue, double delayMs, string reason);

    [LoggerMessage(1205, LogLevel.Warning, "Offset {Offset} of {Queue} is not there: group {Group} goes on at {Next}")]
    public static partial void OffsetIllegal(ILogger logger, string group, MessageQueue queue, long offset, long next);

    [LoggerMessage(1206, LogLevel.Warning, "The handler of group {Group} failed on message {MessageId} of topic {Topic}, which is delivered again")]
    public static partial void HandlerFailed(ILogger logger, string group, string messageId, string topic, Exception exception);

    [LoggerMessage(1207, LogLevel.Warning, "The handler of group {Group} did not finish message {MessageId} within ConsumeTimeout ({TimeoutS} s), which is delivered again")]
    public static partial void HandlerTimedOut(ILogger logger, string group, string messageId, double timeoutS);

    [LoggerMessage(1208, LogLevel.Warning, "Message {MessageId} can't be sent back for group {Group}, its handler is called again here in {DelayMs} ms: {Reason}")]
    public static partial void SendBackFailed(ILogger logger, string group, string messageId, double delayMs, string reason);

    [LoggerMessage(1209, LogLevel.Warning, "Offsets of group {Group} were not stored, tried again with the next: {Reason}")]
    public static partial void OffsetsNotStored(ILogger logger, string group, string reason);

    [LoggerMessage(1210, LogLevel.Warning, "Group {Group} stopped with handlers still running after StopTimeout ({TimeoutS} s); their messages are delivered again")]
    public static partial void StoppedWithHandlersRunning(ILogger logger, string group, double timeoutS);

    [LoggerMessage(1211, LogLevel.Warning, "Message {MessageId} of topic {Topic} failed in group {Group} and is skipped: broadcasting delivers once")]
    public static partial void BroadcastSkipped(ILogger logger, string group, string messageId, string topic);

    [LoggerMessage(1212, LogLevel.Warning, "Broker {Address} did not tell the members of group {Group}, the next is asked: {Reason}")]
    public static partial void MembersNotTold(ILogger logger, string group, string address, string reason);

    [LoggerMessage(1007, LogLevel.Error, "The {Task} failed")]
    public static partial void BackgroundTaskFailed(ILogger logger, string task, Exception exception);

    [LoggerMessage(1101, LogLevel.Warning, "The end of transaction {MessageId} was not told to the broker, which will ask for it: {Reason}")]
    public static partial void EndTransactionFailed(ILogger logger, string messageId, string reason);

    [LoggerMessage(1102, LogLevel.Warning, "The transaction checker of group {Group} failed on {MessageId}; the broker will ask again")]
    public static partial void TransactionCheckFailed(ILogger logger, string group, string messageId, Exception exception);

    [LoggerMessage(1103, LogLevel.Warning, "Broker asks what became of a transaction of group {Group}, which has no transaction producer on this client")]
    public static partial void NobodyToCheck(ILogger logger, string group);

    [LoggerMessage(1104, LogLevel.Debug, "A reply came to request {CorrelationId}, which nobody waits for any more")]
    public static partial void ReplyUnmatched(ILogger logger, string correlationId);

    [LoggerMessage(1105, LogLevel.Warning, "Trace data was not stored: {Reason}")]
    public static partial void TraceNotStored(ILogger logger, string reason);

    [LoggerMessage(1106, LogLevel.Warning, "Trace data is dropped: {Limit} records wait to be stored already")]
    public static partial void TraceDropped(ILogger logger, int limit);

    [LoggerMessage(1213, LogLevel.Warning, "Broker {Broker} did not renew the queue locks of group {Group}: {Reason}")]
    public static partial void LockFailed(ILogger logger, string group, string broker, string reason);

    [LoggerMessage(1214, LogLevel.Debug, "The lock of {Queue} for group {Group} was not given back and runs out: {Reason}")]
    public static partial void UnlockFailed(ILogger logger, string group, MessageQueue queue, string reason);

    [LoggerMessage(1215, LogLevel.Warning, "The offset file {Path} can't be read, its backup is taken: {Reason}")]
    public static partial void OffsetFileBroken(ILogger logger, string path, string reason);
}
