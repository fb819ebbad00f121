using System.Globalization;
using System.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Recovery;

/// <summary>
/// What each queue held at the last checkpoint: a queue that lost its files is told from one that never had any. And where in the log a topic that was
/// deleted begins anew: its older records are never listed again. A file of our own in the store's root, <c>queues.list</c>: lines of
/// <c>queueId count topic</c>, with queue id −1 <c>-1 bornAt topic</c>, the last line <c>crc &lt;number&gt;</c> over those before. Apache ignores it.
/// </summary>
internal sealed class QueueManifest(IStoreFileSystem files, string path)
{
    /// <summary>Stands in a line for the whole topic.</summary>
    private const int WholeTopic = -1;

    private readonly Dictionary<string, Dictionary<int, long>> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _bornAt = new(StringComparer.Ordinal);
    private bool _isChanged;

    public IEnumerable<(string Topic, int QueueId, long Count)> Entries => _counts.SelectMany(t => t.Value.Select(q => (t.Key, q.Key, q.Value)));

    public static QueueManifest Load(IStoreFileSystem files, string path)
    {
        var manifest = new QueueManifest(files, path);
        if (!files.FileExists(path))
        {
            return manifest;
        }
        using var file = files.OpenFile(path, create: false);
        var bytes = new byte[file.Length];
        file.Read(bytes, 0);
        var text = Encoding.UTF8.GetString(bytes);
        var end = text.LastIndexOf("crc ", StringComparison.Ordinal);
        if (end < 0 || text[(end + 4)..].TrimEnd() != MessageCrc.Compute(bytes.AsSpan(0, Encoding.UTF8.GetByteCount(text.AsSpan(0, end)))).ToString(CultureInfo.InvariantCulture))
        {
            return manifest;
        }
        foreach (var line in text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ', 3);
            var (queueId, number) = (int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
            if (queueId == WholeTopic)
            {
                manifest._bornAt[parts[2]] = number;
            }
            else
            {
                manifest.QueuesOf(parts[2])[queueId] = number;
            }
        }
        return manifest;
    }

    /// <summary>How many units a queue is known to have had; 0 when it is not known.</summary>
    public long CountOf(string topic, int queueId)
    {
        lock (_counts)
        {
            return _counts.TryGetValue(topic, out var queues) ? queues.GetValueOrDefault(queueId) : 0;
        }
    }

    /// <summary>How many units each queue of a topic is known to have had.</summary>
    public IReadOnlyDictionary<int, long> CountsOf(string topic)
    {
        lock (_counts)
        {
            return new Dictionary<int, long>(_counts.GetValueOrDefault(topic) ?? []);
        }
    }

    /// <summary>Topics with queues that had units.</summary>
    public IReadOnlyList<string> Topics()
    {
        lock (_counts)
        {
            return [.. _counts.Keys];
        }
    }

    public void Set(string topic, int queueId, long count)
    {
        lock (_counts)
        {
            QueuesOf(topic)[queueId] = count;
            _isChanged = true;
        }
    }

    /// <summary>A queue has none of its units any more.</summary>
    public void Remove(string topic, int queueId)
    {
        lock (_counts)
        {
            if (_counts.TryGetValue(topic, out var queues) && queues.Remove(queueId))
            {
                _isChanged = true;
                if (queues.Count == 0)
                {
                    _counts.Remove(topic);
                }
            }
        }
    }

    /// <summary>Where a topic's records begin; 0 unless it was deleted.</summary>
    public long BornAt(string topic)
    {
        lock (_counts)
        {
            return _bornAt.GetValueOrDefault(topic);
        }
    }

    /// <summary>Topics that were deleted and may still have records in the log.</summary>
    public IReadOnlyList<string> Deleted()
    {
        lock (_counts)
        {
            return [.. _bornAt.Keys];
        }
    }

    /// <summary>A topic was deleted when the log ended at an offset.</summary>
    public void Delete(string topic, long bornAt)
    {
        lock (_counts)
        {
            _counts.Remove(topic);
            _bornAt[topic] = bornAt;
            _isChanged = true;
        }
    }

    /// <summary>The log turns out to end at an offset, before a deletion even: all it holds of that topic is old, and what comes is not.</summary>
    public void EndAt(long physicalEnd)
    {
        lock (_counts)
        {
            foreach (var topic in _bornAt.Where(b => b.Value > physicalEnd).Select(b => b.Key).ToList())
            {
                _bornAt[topic] = physicalEnd;
                _isChanged = true;
            }
        }
    }

    /// <summary>The log begins at an offset now: of topics deleted before it holds no old record.</summary>
    public void ForgetBefore(long physicalMin)
    {
        lock (_counts)
        {
            foreach (var topic in _bornAt.Where(b => b.Value <= physicalMin).Select(b => b.Key).ToList())
            {
                _bornAt.Remove(topic);
                _isChanged = true;
            }
        }
    }

    public void Clear()
    {
        lock (_counts)
        {
            _counts.Clear();
            _bornAt.Clear();
            _isChanged = true;
        }
    }

    /// <summary>Writes the file anew and brings it to the disk before it replaces the old one.</summary>
    public void Save()
    {
        string text;
        lock (_counts)
        {
            if (!_isChanged)
            {
                return;
            }
            var lines = new StringBuilder();
            foreach (var (topic, queueId, count) in Entries)
            {
                lines.Append(CultureInfo.InvariantCulture, $"{queueId} {count} {topic}\n");
            }
            foreach (var (topic, bornAt) in _bornAt)
            {
                lines.Append(CultureInfo.InvariantCulture, $"{WholeTopic} {bornAt} {topic}\n");
            }
            text = lines.ToString();
            _isChanged = false;
        }
        try
        {
            Replace(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            lock (_counts)
            {
                _isChanged = true;
            }
            throw;
        }
    }

    private Dictionary<int, long> QueuesOf(string topic) =>
        _counts.TryGetValue(topic, out var queues) ? queues : _counts[topic] = [];

    private void Replace(byte[] lines)
    {
        var temporary = path + ".tmp";
        files.DeleteFile(temporary);
        using (var file = files.OpenFile(temporary, create: true))
        {
            file.Write(lines, 0);
            file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"crc {MessageCrc.Compute(lines)}\n")), lines.Length);
            file.Flush();
        }
        files.MoveFile(temporary, path);
        files.FlushDirectory(Path.GetDirectoryName(path)!);
    }
}
