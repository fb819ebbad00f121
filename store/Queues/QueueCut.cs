using System.Globalization;
using RocketMQ.Store.Files;
using RocketMQ.Store.Recovery;

namespace RocketMQ.Store.Queues;

/// <summary>
/// Cuts all queues of a store that is not open with its log: none keeps a unit of a record that is gone. All of them, not those in use: one that is not
/// looked at for years must not point into what the log holds by then. Done again, it does no harm.
/// </summary>
internal sealed class QueueCut(StoreOptions options, IStoreFileSystem files, QueueManifest manifest) : IDisposable
{
    private readonly QueueFileCache _cache = new(files, capacity: 1);
    private readonly List<QueueFiles> _cut = [];

    /// <summary>Leaves the units of records that end at an offset or before, and brings that to the disk.</summary>
    public void Run(long physicalEnd)
    {
        foreach (var layout in new[] { QueueLayout.Simple(options, files), QueueLayout.Batch(options, files) })
        {
            foreach (var topic in files.DirectoryNames(layout.Directory))
            {
                CutTopic(layout, topic, physicalEnd);
            }
            Flush(layout.Directory);
        }
    }

    public void Dispose() => _cache.Dispose();

    private static bool IsKept(in QueueUnit unit, long physicalEnd) => unit.IsWritten && !unit.IsPlaceholder && unit.EndOffset <= physicalEnd;

    private void CutTopic(QueueLayout layout, string topic, long physicalEnd)
    {
        var directory = layout.DirectoryOf(topic);
        foreach (var name in files.DirectoryNames(directory))
        {
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < TopicQueues.MaxQueues)
            {
                Cut(layout, topic, id, physicalEnd);
            }
        }
        if (files.DirectoryNames(directory).Count == 0)
        {
            Delete(directory);
        }
    }

    private void Cut(QueueLayout layout, string topic, int id, long physicalEnd)
    {
        var queue = new QueueFiles(files, _cache, layout.DirectoryOf(topic, id), layout, isNew: false);
        if (queue.IsEmpty)
        {
            return;
        }
        var first = queue.First / layout.UnitBytes;
        var end = FindEnd(queue, first, physicalEnd);
        var holder = layout.IsBatch && end == first ? PlaceOf(queue, layout, first) : null;
        end += holder is null ? 0 : 1;
        // One that nothing is cut of, and that has less than it should, is mended from the log by the next start: what it had stays noted.
        var hasMore = QueueEnd.Unit(queue, end).IsWritten || (end > 0 && queue.Last >= end * layout.UnitBytes);
        if (end == 0)
        {
            // From its end on: with its first file gone, and others there, it would be one whose older messages have expired.
            queue.Truncate(0);
            Delete(layout.DirectoryOf(topic, id));
            if (hasMore)
            {
                manifest.Remove(topic, id);
            }
            return;
        }
        queue.Truncate(end * layout.UnitBytes, keepsPlace: !layout.IsBatch);
        if (holder is not null)
        {
            queue.Overwrite(holder, first * layout.UnitBytes);
        }
        if (hasMore || holder is not null)
        {
            manifest.Set(topic, id, end);
        }
        _cut.Add(queue);
    }

    /// <summary>Behind the last unit of a record that stays; where there is none, behind those that stand for messages before the queue's first file.</summary>
    private static long FindEnd(QueueFiles queue, long first, long physicalEnd)
    {
        // What was passed over, or lost, stands for messages behind the last record as well as before it: the next one says which.
        var end = QueueEnd.Find(queue, physicalEnd, likelyEnd: 0);
        while (end > first && !IsKept(QueueEnd.Unit(queue, end - 1), physicalEnd))
        {
            end--;
        }
        if (end == first)
        {
            while (QueueEnd.Unit(queue, end) == QueueUnit.Placeholder)
            {
                end++;
            }
        }
        return end;
    }

    /// <summary>A unit that keeps the offset a batch queue without a unit had got to: no file's name says it. Null when it was at its beginning.</summary>
    private static byte[]? PlaceOf(QueueFiles queue, QueueLayout layout, long first)
    {
        var unit = new byte[layout.UnitBytes];
        if (queue.Read(unit, first * layout.UnitBytes) < unit.Length || layout.Read(unit, first) is not { Unit.IsWritten: true, Offset: > 0 } entry)
        {
            return null;
        }
        layout.Write(unit, new QueueEntry(QueueUnit.Placeholder, entry.Offset - 1, 1, 0));
        return unit;
    }

    private void Delete(string directory)
    {
        files.DeleteDirectory(directory);
        files.FlushDirectory(Path.GetDirectoryName(directory)!);
    }

    private void Flush(string directory)
    {
        if (_cut.Count > 0 && !files.TryFlushAll(directory))
        {
            foreach (var queue in _cut)
            {
                queue.FlushAll();
            }
        }
        _cut.Clear();
    }
}
