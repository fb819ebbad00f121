using System.Globalization;
using System.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Recovery;

/// <summary>
/// What each queue held at the last checkpoint: a queue that lost its files is told from one that never had any. A file of our own in the store's
/// root, <c>queues.list</c>: lines of <c>queueId count topic</c>, the last line <c>crc &lt;number&gt;</c> over those before. Apache ignores it.
/// </summary>
internal sealed class QueueManifest(IStoreFileSystem files, string path)
{
    private readonly Dictionary<(string Topic, int QueueId), long> _counts = [];
    private bool _isChanged;

    public IEnumerable<(string Topic, int QueueId, long Count)> Entries => _counts.Select(c => (c.Key.Topic, c.Key.QueueId, c.Value));

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
            manifest._counts[(parts[2], int.Parse(parts[0], CultureInfo.InvariantCulture))] = long.Parse(parts[1], CultureInfo.InvariantCulture);
        }
        return manifest;
    }

    /// <summary>How many units a queue is known to have had; 0 when it is not known.</summary>
    public long CountOf(string topic, int queueId)
    {
        lock (_counts)
        {
            return _counts.GetValueOrDefault((topic, queueId));
        }
    }

    public void Set(string topic, int queueId, long count)
    {
        lock (_counts)
        {
            _counts[(topic, queueId)] = count;
            _isChanged = true;
        }
    }

    public void Remove(string topic)
    {
        lock (_counts)
        {
            foreach (var key in _counts.Keys.Where(k => k.Topic == topic).ToList())
            {
                _counts.Remove(key);
                _isChanged = true;
            }
        }
    }

    public void Clear()
    {
        lock (_counts)
        {
            _counts.Clear();
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
            foreach (var ((topic, queueId), count) in _counts)
            {
                lines.Append(CultureInfo.InvariantCulture, $"{queueId} {count} {topic}\n");
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
    }
}
