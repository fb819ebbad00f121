using RocketMQ.Store.Files;

namespace RocketMQ.Fault.Tests.Disk;

/// <summary>
/// Holds log, consume queues and index of a store directory against each other. An open store's queues and index may be written out some
/// time after the log.
/// </summary>
/// <param name="isDeleted">Whether a topic was deleted, once or again and again: its queues hold some of its records, or none.</param>
internal sealed class StoreChecker(IStoreFileSystem files, string folder, int indexSlots, Func<string, bool>? isDeleted = null)
{
    private const string DelayTopic = "SCHEDULE_TOPIC_XXXX";

    private readonly StoreFiles _files = new(files, folder);

    public List<LogRecord> ReadLog(Findings findings) => _files.ReadLog(findings);

    /// <param name="isOpen">A broker has the store open and may add to it: what lies behind the log as it was read is not looked at.</param>
    public void Check(List<LogRecord> log, Findings findings, bool isOpen = false)
    {
        var end = !isOpen ? long.MaxValue : log.Count == 0 ? 0 : log[^1].Offset + log[^1].Size;
        CheckQueues(log, end, findings);
        CheckIndex(log, end, findings);
    }

    private void CheckQueues(List<LogRecord> log, long end, Findings findings)
    {
        var queues = _files.ReadQueues(findings).ToDictionary(q => (q.Topic, q.QueueId));
        var counts = new Dictionary<(string, int), int>();
        foreach (var record in log.Where(r => r.IsInQueue && isDeleted?.Invoke(r.Topic) != true))
        {
            var name = $"{record.Topic}/{record.QueueId}@{record.QueueOffset}";
            counts[(record.Topic, record.QueueId)] = counts.GetValueOrDefault((record.Topic, record.QueueId)) + 1;
            if (!queues.TryGetValue((record.Topic, record.QueueId), out var queue) || record.QueueOffset - queue.First >= queue.Units.Count)
            {
                findings.Add($"no unit: {name} at {record.Offset} in the log is in no consume queue");
                continue;
            }

            var unit = record.QueueOffset < queue.First ? default : queue.Units[(int)(record.QueueOffset - queue.First)];
            findings.Check(
                unit.Offset == record.Offset && unit.Size == record.Size && (record.Topic == DelayTopic || unit.TagsCode == TagsCodeOf(record)),
                $"wrong unit: {name} is {record.Size} B at {record.Offset} in the log with tags code {TagsCodeOf(record)}, its unit says {unit}");
        }

        foreach (var (key, queue) in queues.Where(q => isDeleted?.Invoke(q.Key.Topic) != true))
        {
            var units = queue.Units.Count(u => !u.IsPlaceholder && u.Offset < end);
            findings.Check(units == counts.GetValueOrDefault(key), $"{key.Topic}/{key.QueueId} has {units} units for {counts.GetValueOrDefault(key)} records in the log");
        }
    }

    private void CheckIndex(List<LogRecord> log, long end, Findings findings)
    {
        var entries = new Dictionary<(int Hash, long Offset), int>();
        foreach (var entry in _files.ReadIndexes(indexSlots).SelectMany(index => index.Reachable(findings)))
        {
            entries[entry] = entries.GetValueOrDefault(entry) + 1;
        }

        foreach (var record in log.Where(r => r.IsIndexed))
        {
            foreach (var keys in record.IndexKeys.GroupBy(IndexFile.HashOf))
            {
                entries.Remove((keys.Key, record.Offset), out var hits);
                findings.Check(hits == keys.Count(), $"the index has {hits} entries of key {keys.First()} at {record.Offset} in the log");
            }
        }

        foreach (var entry in entries.Keys.Where(e => e.Offset < end))
        {
            findings.Add($"the index leads to {entry.Offset} in the log, where no record with a key of hash {entry.Hash} stands");
        }
    }

    /// <summary>Java's hash of the tags.</summary>
    private static long TagsCodeOf(LogRecord record) =>
        record.Properties.TryGetValue("TAGS", out var tags) ? tags.Aggregate(0, (hash, unit) => unchecked(31 * hash + unit)) : 0;
}
