using System.Text;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>
/// A disk in memory that knows what a power failure would leave of it: contents that were flushed, under names whose directory was. It shows itself
/// after each operation, and is full or broken when told so.
/// </summary>
internal sealed class MemoryDisk : IStoreFileSystem
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Node> _names = new(StringComparer.Ordinal);
    private Dictionary<string, Node> _durableNames = new(StringComparer.Ordinal);

    public MemoryDisk()
    {
    }

    private MemoryDisk(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        foreach (var (path, content) in files)
        {
            _names[path] = new Node { Content = content, Durable = content };
        }

        _durableNames = new(_names, StringComparer.Ordinal);
    }

    /// <summary>Called after each operation that changes something.</summary>
    public Action? Changed { get; set; }

    /// <summary>Files that can't be written, by what their path contains.</summary>
    public string? Broken { get; set; }

    /// <summary>Bytes written so far.</summary>
    public long Written { get; private set; }

    public IReadOnlyDictionary<string, string> Texts()
    {
        lock (_lock)
        {
            return _names.ToDictionary(n => n.Key, n => Encoding.UTF8.GetString(n.Value.Content));
        }
    }

    /// <summary>As a killed process leaves it.</summary>
    public MemoryDisk Killed()
    {
        lock (_lock)
        {
            return new(_names.ToDictionary(n => n.Key, n => n.Value.Content));
        }
    }

    /// <summary>As a power failure leaves it.</summary>
    /// <param name="keepsNames">Whether names reached the disk that nobody asked it to keep.</param>
    public MemoryDisk Unpowered(bool keepsNames)
    {
        lock (_lock)
        {
            return new((keepsNames ? _names : _durableNames).ToDictionary(n => n.Key, n => n.Value.Durable));
        }
    }

    /// <summary>Puts a file there, or cuts or changes it, as another program would.</summary>
    public void Set(string path, byte[] content)
    {
        lock (_lock)
        {
            _names[path] = _durableNames[path] = new Node { Content = content, Durable = content };
        }
    }

    public byte[] Get(string path)
    {
        lock (_lock)
        {
            return _names[path].Content;
        }
    }

    public void CreateDirectory(string path)
    {
    }

    public bool FileExists(string path)
    {
        lock (_lock)
        {
            return _names.ContainsKey(path);
        }
    }

    public IReadOnlyList<string> FileNames(string directory)
    {
        lock (_lock)
        {
            return [.. _names.Keys.Where(p => Path.GetDirectoryName(p) == directory).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];
        }
    }

    public IReadOnlyList<string> DirectoryNames(string directory) => [];

    public long FileLength(string path) => FileExists(path) ? Get(path).Length : -1;

    public DateTimeOffset LastWriteTime(string path) => default;

    public void DeleteFile(string path) => Change(path, () => _names.Remove(path));

    public void MoveFile(string path, string newPath) => Change(newPath, () =>
    {
        _names.Remove(path, out var node);
        _names[newPath] = node!;
    });

    public void FlushDirectory(string path) => Change(path, () =>
        _durableNames = _durableNames.Where(n => Path.GetDirectoryName(n.Key) != path)
            .Concat(_names.Where(n => Path.GetDirectoryName(n.Key) == path)).ToDictionary(StringComparer.Ordinal));

    public void DeleteDirectory(string path) => throw new NotSupportedException();

    public IStoreFile OpenFile(string path, bool create)
    {
        lock (_lock)
        {
            if (_names.TryGetValue(path, out var node))
            {
                return new OpenedFile(this, path, node);
            }
        }

        if (!create)
        {
            throw new FileNotFoundException(path);
        }

        var made = new Node();
        Change(path, () => _names[path] = made);
        return new OpenedFile(this, path, made);
    }

    public IMappedFile CreateMapped(string path, long size) => throw new NotSupportedException();

    public IMappedFile OpenMapped(string path, long size) => throw new NotSupportedException();

    public IDisposable Lock(string path) => throw new NotSupportedException();

    public DiskSpace SpaceOf(string directory) => new(1000, 100, 900);

    private void Change(string path, Action change)
    {
        lock (_lock)
        {
            if (Broken is { } broken && path.Contains(broken, StringComparison.Ordinal))
            {
                throw new IOException($"No space left on device : '{path}'");
            }

            change();
            Changed?.Invoke();
        }
    }

    private sealed class Node
    {
        public byte[] Content { get; set; } = [];

        public byte[] Durable { get; set; } = [];
    }

    private sealed class OpenedFile(MemoryDisk disk, string path, Node node) : IStoreFile
    {
        public long Length => node.Content.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            var count = (int)Math.Clamp(node.Content.Length - offset, 0, buffer.Length);
            node.Content.AsSpan((int)Math.Min(offset, node.Content.Length), count).CopyTo(buffer);
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var written = bytes.ToArray();
            disk.Change(path, () =>
            {
                var content = new byte[Math.Max(node.Content.Length, offset + written.Length)];
                node.Content.CopyTo(content, 0);
                written.CopyTo(content, offset);
                node.Content = content;
                disk.Written += written.Length;
            });
        }

        public void SetLength(long length) => disk.Change(path, () => node.Content = [.. node.Content.Take((int)length)]);

        public void Flush() => disk.Change(path, () => node.Durable = node.Content);

        public void Dispose()
        {
        }
    }
}
