using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;

namespace RocketMQ.MqAdmin.Store;

/// <summary>Holds the parts of a store against each other: log, consume queues, index, checkpoint, offsets of groups.</summary>
internal sealed class StoreCheck(StoreDirectory store, LogReader log, Progress progress)
{
    private const int HalfOfTransaction = 4;
    private const int RolledBack = 12;

    private readonly Dictionary<(string Where, string What), (Finding Finding, long Count)> _findings = [];
    private readonly Dictionary<(string Topic, int QueueId), Seen> _seen = [];
    private readonly HashSet<string> _batchTopics = Directory.Exists(store.BatchQueuesPath)
        ? [.. Directory.EnumerateDirectories(store.BatchQueuesPath).Select(path => Path.GetFileName(path)!)]
        : [];

    public long Records { get; private set; }

    public long Units { get; private set; }

    public long IndexEntries { get; private set; }

    public LogEnd End { get; private set; } = new(0, null);

    private long MinOffset => store.Segments.Count == 0 ? 0 : store.Segments[0].BaseOffset;

    public IReadOnlyList<Finding> Run(CancellationToken cancellationToken)
    {
        CheckSegments();
        var newest = CheckLog(cancellationToken);
        foreach (var queue in store.Queues)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CheckQueue(queue);
        }

        CheckMissingQueues();
        CheckIndex(cancellationToken);
        CheckCheckpoint(newest);
        CheckGroupOffsets();
        progress.Clear();
        return [.. _findings.Values.Select(f => f.Finding with { Count = f.Count }).OrderByDescending(f => f.IsDamage).ThenBy(f => f.Where, StringComparer.Ordinal)];
    }

    private void CheckSegments()
    {
        foreach (var (before, after) in store.Segments.Zip(store.Segments.Skip(1)))
        {
            if (before.EndOffset != after.BaseOffset)
            {
                Find(Path.GetFileName(after.Path), $"a file begins at {after.BaseOffset}, the one before ends at {before.EndOffset}", isDamage: true);
            }
        }
    }

    /// <returns>The newest store timestamp.</returns>
    private long CheckLog(CancellationToken cancellationToken)
    {
        var newest = 0L;
        End = log.Walk(MinOffset, (in MessageRecord record, long offset) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++Records % 10_000 == 0)
            {
                progress.Show($"log at {offset}");
            }

            newest = Math.Max(newest, record.StoreTimestamp);
            if (!record.IsBodyIntact)
            {
                Find(FileOf(offset), "a body does not match its CRC", isDamage: true);
            }

            // Halves and rolled back transactions are in no queue; batch queues list several messages in a unit.
            var topic = record.TopicString;
            if (record.TransactionType is not (HalfOfTransaction or RolledBack) && !_batchTopics.Contains(topic))
            {
                See(topic, record);
            }

            return true;
        });
        if (End.Reason is { } reason)
        {
            // Without a crash nothing may be torn; and nothing may follow in a later file.
            var isLast = store.Segments.Count > 0 && End.Offset >= store.Segments[^1].BaseOffset;
            Find(FileOf(End.Offset), $"at offset {End.Offset} stands {reason}", isDamage: store.IsClean || !isLast);
        }
        else if (store.Segments.FirstOrDefault(s => s.BaseOffset > End.Offset && log.HasRecordAt(s.BaseOffset)) is { } later)
        {
            Find(FileOf(End.Offset), $"the log ends at {End.Offset}, though {Path.GetFileName(later.Path)} holds later records", isDamage: true);
        }

        return newest;
    }

    private void See(string topic, in MessageRecord record)
    {
        var key = (topic, record.QueueId);
        if (!_seen.TryGetValue(key, out var seen))
        {
            _seen[key] = seen = new Seen(record.QueueOffset);
        }

        if (record.QueueOffset > seen.Next)
        {
            Find($"{topic}/{record.QueueId}", $"offsets {seen.Next} to {record.QueueOffset} are in no record of the log", isDamage: true);
        }

        seen.Next = Math.Max(seen.Next, record.QueueOffset + 1);
    }

    /// <summary>Every unit names a record, and that record names the queue and the unit.</summary>
    private void CheckQueue(QueueListing queue)
    {
        var where = $"{queue.Topic}/{queue.QueueId}";
        var isLight = queue.Topic.StartsWith(ReservedTopics.LightPrefix, StringComparison.Ordinal);
        var (expected, previous) = (-1L, -1L);
        foreach (var (offset, unit) in queue.Units())
        {
            if (++Units % 10_000 == 0)
            {
                progress.Show($"queue {where} at {offset}");
            }

            if (expected >= 0 && offset != expected)
            {
                Find(where, $"offsets {expected} to {offset - 1} are missing in the queue", isDamage: true);
            }

            if (unit.PhysicalOffset <= previous)
            {
                Find(where, "units are not in the order of the log", isDamage: true);
            }

            (expected, previous) = (offset + 1, unit.PhysicalOffset);
            if (unit.PhysicalOffset >= MinOffset)
            {
                CheckUnit(where, queue, offset, unit, isLight);
            }
        }

        var known = _seen.GetValueOrDefault((queue.Topic, queue.QueueId));
        if (known is not null && known.Next > Math.Max(expected, 0))
        {
            Find(where, $"the queue ends at {Math.Max(expected, 0)}, the log has messages up to {known.Next}", isDamage: store.IsClean);
        }
    }

    private void CheckUnit(string where, QueueListing queue, long offset, QueueUnit unit, bool isLight)
    {
        var fault = log.Look(unit.PhysicalOffset, unit.Size, record =>
        {
            if (!isLight && (record.QueueId != queue.QueueId || record.QueueOffset != offset || record.TopicString != queue.Topic))
            {
                Find(where, $"units name records of other queues, as offset {offset} does of {record.TopicString}/{record.QueueId}", isDamage: true, what: "foreign records");
            }
        });
        if (fault is not null)
        {
            // What is past the log's end after a crash is cut at the next start.
            Find(where, $"units point to where no record is: offset {offset} to {unit.PhysicalOffset}, {fault}", isDamage: store.IsClean || unit.PhysicalOffset < End.Offset, what: "no record");
        }
    }

    private void CheckMissingQueues()
    {
        var listed = store.Queues.Select(q => (q.Topic, q.QueueId)).ToHashSet();
        foreach (var (topic, queueId) in _seen.Keys.Where(k => !listed.Contains(k)))
        {
            Find($"{topic}/{queueId}", "the log has messages of a queue that is not there (its topic may have been deleted)", isDamage: false);
        }
    }

    private void CheckIndex(CancellationToken cancellationToken)
    {
        foreach (var index in store.IndexFiles.Select(IndexListing.Load))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = $"index/{Path.GetFileName(index.Path)}";
            if (store.IndexShape() is not { } shape)
            {
                Find(name, "the file's size does not tell its shape, so its entries are not checked", isDamage: false);
                continue;
            }

            foreach (var (entry, offset) in index.Entries(shape.EntriesAt))
            {
                IndexEntries++;
                if (offset >= MinOffset && !log.HasRecordAt(offset))
                {
                    Find(name, $"entries name no record, as entry {entry} names offset {offset}", isDamage: store.IsClean || offset < End.Offset, what: "no record");
                }
            }

            if (index.EndOffset > End.Offset)
            {
                Find(name, $"it ends at offset {index.EndOffset}, the log at {End.Offset}", isDamage: store.IsClean);
            }
        }
    }

    private void CheckCheckpoint(long newest)
    {
        if (CheckpointListing.Load(store.CheckpointPath) is not { } checkpoint)
        {
            Find("checkpoint", "there is none: a start after a crash reads the whole log", isDamage: false);
        }
        else if (Records > 0 && Math.Max(checkpoint.Log, checkpoint.Queues) > newest)
        {
            Find("checkpoint", $"it is of {Format.Text(Format.Time(Math.Max(checkpoint.Log, checkpoint.Queues)))}, the newest record of {Format.Text(Format.Time(newest))}", isDamage: false);
        }
    }

    /// <summary>A group that is past the end of a queue gets no messages until the queue has caught up.</summary>
    private void CheckGroupOffsets()
    {
        var path = Path.Combine(store.ConfigPath, "consumerOffset.json");
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            var offsets = RemotingJson.Deserialize<ConsumerOffsetSerializeWrapper>(File.ReadAllBytes(path)).OffsetTable;
            foreach (var (group, queues) in offsets)
            {
                foreach (var (queueId, offset) in queues)
                {
                    if (_seen.GetValueOrDefault((group.Split('@')[0], queueId)) is { } seen && offset > seen.Next)
                    {
                        Find("config/consumerOffset.json", $"{group} is at {offset} of queue {queueId}, which ends at {seen.Next}", isDamage: false);
                    }
                }
            }
        }
        catch (RemotingJsonException e)
        {
            Find("config/consumerOffset.json", $"it can't be read: {e.Message}", isDamage: true);
        }
    }

    private string FileOf(long offset) =>
        store.Segments.LastOrDefault(s => s.BaseOffset <= offset) is { } segment ? $"commitlog/{Path.GetFileName(segment.Path)}" : "commitlog";

    /// <param name="what">Findings of one kind are counted together and told by the first; each is a kind of its own when absent.</param>
    private void Find(string where, string text, bool isDamage, string? what = null)
    {
        var key = (where, what ?? text);
        _findings[key] = _findings.TryGetValue(key, out var known)
            ? (known.Finding with { IsDamage = known.Finding.IsDamage || isDamage }, known.Count + 1)
            : (new Finding(where, text, 1, isDamage), 1);
    }

    /// <summary>What the log has of a queue.</summary>
    private sealed class Seen(long first)
    {
        public long Next { get; set; } = first;
    }
}
