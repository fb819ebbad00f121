using Microsoft.Extensions.Logging;

namespace RocketMQ.Store;

/// <summary>The store's log messages. Event ids 3000–3099.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(3000, LogLevel.Information, "Commit log file created: {Path}")]
    internal static partial void LogFileCreated(this ILogger logger, string path);

    [LoggerMessage(3001, LogLevel.Error, "No commit log file at offset {BaseOffset} could be created ({Size} bytes): once the one before it is full producers are refused until it can")]
    internal static partial void LogFileRefused(this ILogger logger, long baseOffset, int size, Exception e);

    [LoggerMessage(3032, LogLevel.Warning, "A commit log file could not be made in the directory whose turn it was: it is in {Path}")]
    internal static partial void LogPathPassedOver(this ILogger logger, string path, Exception e);

    [LoggerMessage(3002, LogLevel.Critical, "Flushing the commit log from {From} to {To} failed; the store takes no more messages. Check the disk, then restart the broker")]
    internal static partial void FlushFailed(this ILogger logger, long from, long to, Exception e);

    [LoggerMessage(3003, LogLevel.Critical, "Dispatching the commit log stopped at offset {Offset}; the store takes no more messages")]
    internal static partial void DispatchFailed(this ILogger logger, long offset, Exception e);

    [LoggerMessage(3004, LogLevel.Error, "Consume queues cannot be written: producers are refused until they can")]
    internal static partial void QueuesUnwritable(this ILogger logger, Exception e);

    [LoggerMessage(3005, LogLevel.Information, "Consume queues are written again")]
    internal static partial void QueuesWritable(this ILogger logger);

    [LoggerMessage(3006, LogLevel.Warning, "Queue {Topic}/{QueueId} skips from offset {Expected} to {Found}: its missing entries are filled with placeholders")]
    internal static partial void QueueGap(this ILogger logger, string topic, int queueId, long expected, long found);

    [LoggerMessage(3007, LogLevel.Information, "Store {Directory} opened: commit log {MinOffset} to {MaxOffset}, last stop was {Stop}, {Replayed} bytes replayed in {ElapsedMs} ms")]
    internal static partial void Opened(this ILogger logger, string directory, long minOffset, long maxOffset, string stop, long replayed, long elapsedMs);

    [LoggerMessage(3008, LogLevel.Warning, "Commit log ends at offset {Offset}: {Found} stands there; what follows is cleared")]
    internal static partial void TornTail(this ILogger logger, long offset, string found);

    [LoggerMessage(3009, LogLevel.Information, "Store {Directory} stopped at commit log offset {MaxOffset}")]
    internal static partial void StoreStopped(this ILogger logger, string directory, long maxOffset);

    [LoggerMessage(3010, LogLevel.Error, "A listener failed on the record at offset {Offset}")]
    internal static partial void ListenerFailed(this ILogger logger, long offset, Exception e);

    [LoggerMessage(3022, LogLevel.Error, "The record at offset {Offset} could not be listed in its queue; the queue is mended from the log when it shows")]
    internal static partial void RecordNotDispatched(this ILogger logger, long offset, Exception e);

    [LoggerMessage(3023, LogLevel.Error, "Queue {Topic}/{QueueId} is set aside: {Why}. All others go on; it is tried again")]
    internal static partial void QueueSetAside(this ILogger logger, string topic, int queueId, string why);

    [LoggerMessage(3024, LogLevel.Information, "Queue {Topic}/{QueueId} can be used again")]
    internal static partial void QueueUsable(this ILogger logger, string topic, int queueId);

    [LoggerMessage(3025, LogLevel.Warning, "Queue {Topic}/{QueueId} has no right entries for offsets {From} to {To}: {Restored} are restored from the commit log, {Lost} are lost with their messages")]
    internal static partial void QueueMended(this ILogger logger, string topic, int queueId, long from, long to, int restored, int lost);

    [LoggerMessage(3026, LogLevel.Error, "Bringing queue {Topic}/{QueueId} to the disk failed: its entries from offset {From} on are written again from the commit log")]
    internal static partial void QueueFlushFailed(this ILogger logger, string topic, int queueId, long from, Exception e);

    [LoggerMessage(3028, LogLevel.Error, "Mending queue {Topic}/{QueueId} around offset {Offset} from the commit log was cut short")]
    internal static partial void MendingFailed(this ILogger logger, string topic, int queueId, long offset, Exception e);

    [LoggerMessage(3029, LogLevel.Error, "A round of {Name} failed; it is tried again")]
    internal static partial void WorkerFailed(this ILogger logger, string name, Exception e);

    [LoggerMessage(3030, LogLevel.Error, "The commit log is damaged at offset {Offset}: messages up to offset {Next} are not found by key")]
    internal static partial void IndexSkips(this ILogger logger, long offset, long next);

    [LoggerMessage(3027, LogLevel.Information, "Topic {Topic} is deleted: its queues begin anew with what is appended from offset {BornAt} on")]
    internal static partial void TopicDeleted(this ILogger logger, string topic, long bornAt);

    [LoggerMessage(3011, LogLevel.Error, "{Topic}/{QueueId} offset {QueueOffset} points to offset {PhysicalOffset} of the commit log, where no record of its own of {Size} bytes stands: the message is skipped")]
    internal static partial void RecordMissing(this ILogger logger, string topic, int queueId, long queueOffset, long physicalOffset, int size);

    [LoggerMessage(3012, LogLevel.Warning, "Index file {Path} does not match the log and is built again")]
    internal static partial void IndexFileDropped(this ILogger logger, string path);

    [LoggerMessage(3013, LogLevel.Error, "The index stays behind at offset {Offset}; it is tried again. Messages are not affected, queries by key are")]
    internal static partial void IndexBehind(this ILogger logger, long offset, Exception e);

    [LoggerMessage(3014, LogLevel.Warning, "Queue {Topic}/{QueueId} lost entries (it has {Count}, {Expected} are known): they are restored from the commit log")]
    internal static partial void QueueDamaged(this ILogger logger, string topic, int queueId, long count, long expected);

    [LoggerMessage(3031, LogLevel.Warning, "The queues of topic {Topic} are not kept as {Type}, which it is: they are made anew from the commit log")]
    internal static partial void QueuesMiskept(this ILogger logger, string topic, QueueType type);

    [LoggerMessage(3015, LogLevel.Information, "Consume queues are checked against the commit log from {From} to {To}")]
    internal static partial void QueuesChecked(this ILogger logger, long from, long to);

    [LoggerMessage(3016, LogLevel.Error, "Commit log ends at offset {Offset} in {File}, though records stored just after it reached the disk, as after a power failure. They are put aside in {Directory} and the log goes on from its end")]
    internal static partial void TailPutAside(this ILogger logger, long offset, string file, string directory);

    [LoggerMessage(3017, LogLevel.Warning, "Messages are {Outcome}: {Report}")]
    internal static partial void DiskLimit(this ILogger logger, string outcome, string report);

    [LoggerMessage(3018, LogLevel.Information, "{Count} commit log files were deleted ({Reason}); the log starts at offset {MinOffset}")]
    internal static partial void LogFilesDeleted(this ILogger logger, int count, string reason, long minOffset);

    [LoggerMessage(3019, LogLevel.Error, "Deleting old files failed; it is tried again")]
    internal static partial void RetentionFailed(this ILogger logger, Exception e);

    [LoggerMessage(3020, LogLevel.Error, "Commit log file {Path} cannot be deleted; it is tried again in {Seconds} s (redeleteHangedFileInterval)")]
    internal static partial void LogFileStuck(this ILogger logger, string path, int seconds, Exception e);

    [LoggerMessage(3033, LogLevel.Information, "Topic {Topic} was deleted and made again where this log comes from: its queues begin anew, behind offset {Offset}")]
    internal static partial void TopicBeganAnew(this ILogger logger, string topic, long offset);

    [LoggerMessage(3034, LogLevel.Warning, "Store {Directory}: the commit log is cut at offset {Offset}, it ended at {End}. What was behind is gone from queues, index, timers and disk")]
    internal static partial void LogCut(this ILogger logger, string directory, long offset, long end);

    [LoggerMessage(3035, LogLevel.Warning, "Store {Directory}: the commit log was being cut at offset {Offset} when its broker ended; that is finished now")]
    internal static partial void LogCutGoesOn(this ILogger logger, string directory, long offset);

    [LoggerMessage(3021, LogLevel.Information, "There is space for the next commit log file again: messages are taken")]
    internal static partial void LogFileSpaceReturned(this ILogger logger);
}
