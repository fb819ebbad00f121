namespace RocketMQ.Store.Files;

/// <summary>
/// Shows the files of a directory and keeps every change to them in memory: a store opens and recovers over it as it would, and not a byte on the
/// disk is touched. Dispose it after the store.
/// </summary>
public sealed class ShadowFileSystem : IStoreFileSystem, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ShadowFile> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);

    /// <summary>What a real file system would have on the disk now and has not: a line for each file, in the order of their paths.</summary>
    public IReadOnlyList<ShadowChange> Changes()
    {
        lock (_lock)
        {
            var deleted = _deleted.Where(path => File.Exists(path) && !_files.ContainsKey(path)).Select(path => new ShadowChange(path, ShadowChangeKind.Deleted, 0, new FileInfo(path).Length));
            return [.. _files.Select(f => f.Value.Change(f.Key)).OfType<ShadowChange>().Concat(deleted).OrderBy(c => c.Path, StringComparer.Ordinal)];
        }
    }

    public void CreateDirectory(string path)
    {
    }

    public bool FileExists(string path)
    {
        lock (_lock)
        {
            return _files.ContainsKey(path) || (!_deleted.Contains(path) && File.Exists(path));
        }
    }

    public IReadOnlyList<string> FileNames(string directory)
    {
        lock (_lock)
        {
            return [.. FilesIn(directory).Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path)!).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    public IReadOnlyList<string> DirectoryNames(string directory)
    {
        lock (_lock)
        {
            var real = Directory.Exists(directory) ? Directory.EnumerateDirectories(directory) : [];
            return [.. real.Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        }
    }

    public long FileLength(string path)
    {
        lock (_lock)
        {
            return _files.TryGetValue(path, out var known) ? known.Length : !_deleted.Contains(path) && new FileInfo(path) is { Exists: true } real ? real.Length : -1;
        }
    }

    public DateTimeOffset LastWriteTime(string path) => PhysicalFileSystem.Instance.LastWriteTime(path);

    public void DeleteFile(string path)
    {
        lock (_lock)
        {
            _files.Remove(path, out var known);
            known?.Dispose();
            _deleted.Add(path);
        }
    }

    public void MoveFile(string path, string newPath)
    {
        lock (_lock)
        {
            var file = Open(path, create: false);
            _files.Remove(newPath, out var replaced);
            replaced?.Dispose();
            _files.Remove(path);
            _files[newPath] = file;
            _deleted.Add(path);
        }
    }

    public void FlushDirectory(string path)
    {
    }

    public void DeleteDirectory(string path)
    {
        foreach (var file in Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : [])
        {
            DeleteFile(file);
        }
    }

    public IStoreFile OpenFile(string path, bool create)
    {
        lock (_lock)
        {
            return new ShadowFile.View(Open(path, create));
        }
    }

    public IMappedFile CreateMapped(string path, long size) => OpenMapped(path, size, create: true);

    public IMappedFile OpenMapped(string path, long size) => OpenMapped(path, size, create: false);

    /// <summary>Nobody is kept out: nothing is changed.</summary>
    public IDisposable Lock(string path) => new MemoryStream();

    public DiskSpace SpaceOf(string directory) => PhysicalFileSystem.Instance.SpaceOf(directory);

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var file in _files.Values)
            {
                file.Dispose();
            }

            _files.Clear();
        }
    }

    private ShadowFile.View OpenMapped(string path, long size, bool create)
    {
        lock (_lock)
        {
            var file = Open(path, create);
            file.Extend(size);
            return new ShadowFile.View(file);
        }
    }

    private ShadowFile Open(string path, bool create)
    {
        if (_files.TryGetValue(path, out var known))
        {
            return known;
        }

        var isReal = !_deleted.Contains(path) && File.Exists(path);
        if (!isReal && !create)
        {
            throw new FileNotFoundException($"There is no file {path}.", path);
        }

        return _files[path] = new ShadowFile(isReal ? path : null);
    }

    private IEnumerable<string> FilesIn(string directory) =>
        (Directory.Exists(directory) ? Directory.EnumerateFiles(directory).Where(path => !_deleted.Contains(path)) : []).Concat(_files.Keys);
}
