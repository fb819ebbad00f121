using System.Buffers.Text;
using System.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Store.Files;
using RocketMQ.Store.Log;
using RocketMQ.Store.Queues;

namespace RocketMQ.Store.Timing;

/// <summary>What a stretch of the log says that was done with timers, while it is there.</summary>
internal sealed class TimersUndone
{
    /// <summary>Stands in TIMER_ENQUEUE_MS of a message that never was in the wheel.</summary>
    private const long NeverEnqueued = long.MaxValue;

    private static readonly byte[] TimerTopic = Encoding.UTF8.GetBytes(ReservedTopics.Timer);
    private static readonly byte[] OutMs = Encoding.UTF8.GetBytes(PropertyNames.TimerOutMs);
    private static readonly byte[] EnqueueMs = Encoding.UTF8.GetBytes(PropertyNames.TimerEnqueueMs);
    private static readonly byte[] RollTimes = Encoding.UTF8.GetBytes(PropertyNames.TimerRollTimes);
    private static readonly byte[] DeleteKey = Encoding.UTF8.GetBytes(PropertyNames.TimerDeleteUniqueKey);
    private static readonly byte[] RealTopic = Encoding.UTF8.GetBytes(PropertyNames.RealTopic);

    private readonly int _precisionMs;

    private TimersUndone(int precisionMs) => _precisionMs = precisionMs;

    /// <summary>The first offset of the timer queue that stands there; as a rule beyond all.</summary>
    public long QueueEnd { get; private set; } = long.MaxValue;

    /// <summary>The first slot that something was delivered from, or taken back of.</summary>
    public long ReadTimeMs { get; private set; } = long.MaxValue;

    /// <summary>When messages that were rolled had gone into the wheel.</summary>
    public HashSet<long> Rolled { get; } = [];

    /// <summary>Messages that were delivered without having been in the wheel, and did not come in this stretch.</summary>
    public HashSet<(string Topic, string Key, long OutMs)> Late { get; } = [];

    /// <summary>The first slot that one of <see cref="Late"/> was for.</summary>
    public long LateTimeMs { get; private set; } = long.MaxValue;

    public static TimersUndone Read(LogFiles log, long from, long to, int precisionMs)
    {
        var undone = new TimersUndone(precisionMs);
        var came = new HashSet<(string, string, long)>();
        LogWalk.Visit(log, from, to, (in record, _) =>
        {
            undone.See(record, came);
            return true;
        });
        undone.Late.ExceptWith(came);
        undone.LateTimeMs = undone.Late.Count == 0 ? long.MaxValue : undone.Floor(undone.Late.Min(late => late.OutMs));
        return undone;
    }

    /// <summary>The timer queue's messages in a stretch of the log whose records may not be in the queue's files: by what each is known, its offset, and where it stands.</summary>
    public static List<((string Topic, string Key, long OutMs) Key, long QueueOffset, long PhysicalOffset)> Unlisted(LogFiles log, long from, long to)
    {
        var found = new List<((string, string, long), long, long)>();
        LogWalk.VisitReadable(
            log, from, to,
            (in record, physicalOffset) =>
            {
                if (IsOfQueue(record) && KeyOf(record, record.Property(RealTopic)) is { } key)
                {
                    found.Add((key, record.QueueOffset, physicalOffset));
                }
                return true;
            },
            skipped: static (_, _) => { });
        return found;
    }

    /// <summary>The messages in the files of the timer queue before an offset, the newest first.</summary>
    public static IEnumerable<((string Topic, string Key, long OutMs) Key, long QueueOffset, long PhysicalOffset)> Listed(
        StoreOptions options, IStoreFileSystem files, LogFiles log, long end)
    {
        using var cache = new QueueFileCache(files, capacity: 1);
        var layout = QueueLayout.Simple(options, files);
        var queue = new QueueFiles(files, cache, layout.DirectoryOf(ReservedTopics.Timer, 0), layout, isNew: false);
        var first = queue.First / layout.UnitBytes;
        for (var at = Math.Min(end, (queue.Last + queue.FileSize) / layout.UnitBytes) - 1; !queue.IsEmpty && at >= first; at--)
        {
            if (Queues.QueueEnd.Unit(queue, at) is { IsWritten: true, IsPlaceholder: false } unit && KeyAt(log, unit.PhysicalOffset) is { } key)
            {
                yield return (key, at, unit.PhysicalOffset);
            }
        }
    }

    private static (string Topic, string Key, long OutMs)? KeyAt(LogFiles log, long physicalOffset)
    {
        if (log.Find(physicalOffset) is not { } file || !file.TryLease())
        {
            return null;
        }
        try
        {
            var bytes = file.Bytes(physicalOffset, (int)(file.EndOffset - physicalOffset));
            return MessageRecord.TryRead(bytes, out var record) == RecordReadStatus.Ok && record.PhysicalOffset == physicalOffset
                ? KeyOf(record, record.Property(RealTopic))
                : null;
        }
        finally
        {
            file.Release();
        }
    }

    private static bool IsOfQueue(in MessageRecord record) => record.QueueId == 0 && record.Topic.SequenceEqual(TimerTopic);

    private void See(in MessageRecord record, HashSet<(string, string, long)> came)
    {
        var isQueue = IsOfQueue(record);
        QueueEnd = isQueue ? Math.Min(QueueEnd, record.QueueOffset) : QueueEnd;
        if (!TryNumber(record, OutMs, out var outMs))
        {
            return;
        }
        var isStamped = TryNumber(record, EnqueueMs, out var enqueueMs);
        if (!isQueue && isStamped && enqueueMs == NeverEnqueued)
        {
            Late.Add(KeyOf(record, record.Topic)!.Value);
        }
        else if (!isQueue || !record.Property(DeleteKey).IsEmpty)
        {
            ReadTimeMs = Math.Min(ReadTimeMs, Floor(outMs));
        }
        if (isQueue && isStamped && !record.Property(RollTimes).IsEmpty)
        {
            Rolled.Add(enqueueMs);
        }
        if (isQueue && KeyOf(record, record.Property(RealTopic)) is { } key)
        {
            came.Add(key);
        }
    }

    private static (string Topic, string Key, long OutMs)? KeyOf(in MessageRecord record, ReadOnlySpan<byte> topic) =>
        TryNumber(record, OutMs, out var outMs) ? (Encoding.UTF8.GetString(topic), Encoding.UTF8.GetString(record.Property(PropertyNames.Utf8.UniqueKey)), outMs) : null;

    private static bool TryNumber(in MessageRecord record, ReadOnlySpan<byte> name, out long number)
    {
        var text = record.Property(name);
        return Utf8Parser.TryParse(text, out number, out var read) && read == text.Length;
    }

    private long Floor(long timeMs) => timeMs / _precisionMs * _precisionMs;
}
