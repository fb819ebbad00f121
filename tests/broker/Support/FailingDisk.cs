using System.Collections.Concurrent;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>The machine's file system, on which some files can't be written.</summary>
internal sealed class FailingDisk : IStoreFileSystem
{
    private static readonly PhysicalFileSystem Disk = PhysicalFileSystem.Instance;

    private readonly ConcurrentDictionary<string, bool> _files = new(StringComparer.Ordinal);

    /// <summary>Files that were opened, made or moved here.</summary>
    public ICollection<string> Files => _files.Keys;

    /// <summary>What the paths contain of files that can't be written; null: all can.</summary>
    public string? Broken { get; set; }

    public void CreateDirectory(string path) => Disk.CreateDirectory(path);

    public bool FileExists(string path) => Disk.FileExists(path);

    public IReadOnlyList<string> FileNames(string directory) => Disk.FileNames(directory);

    public IReadOnlyList<string> DirectoryNames(string directory) => Disk.DirectoryNames(directory);

    public long FileLength(string path) => Disk.FileLength(path);

    public DateTimeOffset LastWriteTime(string path) => Disk.LastWriteTime(path);

    public void DeleteFile(string path) => Disk.DeleteFile(path);

    public void MoveFile(string path, string newPath) => Disk.MoveFile(path, Named(newPath));

    public void FlushDirectory(string path) => Disk.FlushDirectory(path);

    public void DeleteDirectory(string path) => Disk.DeleteDirectory(path);

    public IStoreFile OpenFile(string path, bool create) => new OpenedFile(this, path, Disk.OpenFile(Named(path), create));

    public IMappedFile CreateMapped(string path, long size) => Disk.CreateMapped(Named(path), size);

    public IMappedFile OpenMapped(string path, long size) => Disk.OpenMapped(Named(path), size);

    public IDisposable Lock(string path) => Disk.Lock(Named(path));

    public DiskSpace SpaceOf(string directory) => Disk.SpaceOf(directory);

    private string Named(string path)
    {
        _files[Path.GetFullPath(path)] = true;
        return path;
    }

    private sealed class OpenedFile(FailingDisk disk, string path, IStoreFile file) : IStoreFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            ThrowIfBroken();
            file.Write(bytes, offset);
        }

        public void SetLength(long length) => file.SetLength(length);

        public void Flush()
        {
            ThrowIfBroken();
            file.Flush();
        }

        public void Dispose() => file.Dispose();

        private void ThrowIfBroken()
        {
            if (disk.Broken is { } broken && path.Contains(broken, StringComparison.Ordinal))
            {
                throw new IOException($"No space left on device : '{path}'");
            }
        }
    }
}
