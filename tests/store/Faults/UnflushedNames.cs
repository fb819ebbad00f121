using RocketMQ.Store.Files;

namespace RocketMQ.Store.Tests.Faults;

/// <summary>The machine's file system, and which names it was never asked to keep: those made or moved since their directory was flushed.</summary>
internal sealed class UnflushedNames : IStoreFileSystem
{
    private static readonly PhysicalFileSystem Disk = PhysicalFileSystem.Instance;

    private readonly HashSet<string> _unflushed = new(StringComparer.Ordinal);

    /// <summary>Called with a path before what was written to that file is flushed.</summary>
    public Action<string>? Flushing { get; set; }

    /// <summary>Those under a directory, and its own.</summary>
    public IReadOnlyList<string> Under(string directory)
    {
        lock (_unflushed)
        {
            return [.. _unflushed.Where(path => path == directory || path.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        }
    }

    public void CreateDirectory(string path)
    {
        for (var missing = path; !Disk.DirectoryExists(missing); missing = Path.GetDirectoryName(missing)!)
        {
            Made(missing);
        }
        Disk.CreateDirectory(path);
    }

    public bool FileExists(string path) => Disk.FileExists(path);

    public IReadOnlyList<string> FileNames(string directory) => Disk.FileNames(directory);

    public IReadOnlyList<string> DirectoryNames(string directory) => Disk.DirectoryNames(directory);

    public long FileLength(string path) => Disk.FileLength(path);

    public DateTimeOffset LastWriteTime(string path) => Disk.LastWriteTime(path);

    public void DeleteFile(string path)
    {
        Gone(path);
        Disk.DeleteFile(path);
    }

    public void MoveFile(string path, string newPath)
    {
        Gone(path);
        Made(newPath);
        Disk.MoveFile(path, newPath);
    }

    public void FlushDirectory(string path)
    {
        Disk.FlushDirectory(path);
        lock (_unflushed)
        {
            _unflushed.RemoveWhere(name => Path.GetDirectoryName(name) == path);
        }
    }

    public void DeleteDirectory(string path)
    {
        lock (_unflushed)
        {
            _unflushed.ExceptWith(Under(path));
        }
        Disk.DeleteDirectory(path);
    }

    public IStoreFile OpenFile(string path, bool create)
    {
        if (create && !Disk.FileExists(path))
        {
            Made(path);
        }
        return new OpenedFile(this, path, Disk.OpenFile(path, create));
    }

    public IMappedFile CreateMapped(string path, long size)
    {
        Made(path);
        return Disk.CreateMapped(path, size);
    }

    public IMappedFile OpenMapped(string path, long size) => Disk.OpenMapped(path, size);

    public IDisposable Lock(string path) => Disk.Lock(path);

    public DiskSpace SpaceOf(string directory) => new(1000, 100, 900);

    private void Made(string path)
    {
        lock (_unflushed)
        {
            _unflushed.Add(path);
        }
    }

    private void Gone(string path)
    {
        lock (_unflushed)
        {
            _unflushed.Remove(path);
        }
    }

    private sealed class OpenedFile(UnflushedNames names, string path, IStoreFile file) : IStoreFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset) => file.Write(bytes, offset);

        public void SetLength(long length) => file.SetLength(length);

        public void Flush()
        {
            names.Flushing?.Invoke(path);
            file.Flush();
        }

        public void Dispose() => file.Dispose();
    }
}
