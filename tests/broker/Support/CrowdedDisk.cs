using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>The machine's file system, on a disk that is as full, as slow and as broken as a test says.</summary>
internal sealed class CrowdedDisk : IStoreFileSystem, IDisposable
{
    private readonly ManualResetEventSlim _flushes = new(true);
    private readonly ManualResetEventSlim _openings = new(true);

    private static readonly PhysicalFileSystem Disk = PhysicalFileSystem.Instance;

    /// <summary>What the disk is said to hold.</summary>
    public DiskSpace Space { get; set; } = new(1000, 100, 900);

    /// <summary>The log's flushes do not return before this is over.</summary>
    public bool IsStuck
    {
        get => !_flushes.IsSet;
        set => Set(_flushes, !value);
    }

    /// <summary>Consume queues that are not open yet are not before this is over.</summary>
    public bool AreQueuesStuck
    {
        get => !_openings.IsSet;
        set => Set(_openings, !value);
    }

    /// <summary>The log's flushes fail.</summary>
    public bool IsBroken { get; set; }

    public void Dispose()
    {
        _flushes.Dispose();
        _openings.Dispose();
    }

    /// <summary>No file can be created.</summary>
    public bool IsFull { get; set; }

    public void CreateDirectory(string path) => Disk.CreateDirectory(path);

    public bool FileExists(string path) => Disk.FileExists(path);

    public IReadOnlyList<string> FileNames(string directory)
    {
        WaitForOpening(directory);
        return Disk.FileNames(directory);
    }

    public IReadOnlyList<string> DirectoryNames(string directory)
    {
        WaitForOpening(directory);
        return Disk.DirectoryNames(directory);
    }

    public long FileLength(string path) => Disk.FileLength(path);

    public DateTimeOffset LastWriteTime(string path) => Disk.LastWriteTime(path);

    public void DeleteFile(string path) => Disk.DeleteFile(path);

    public void MoveFile(string path, string newPath) => Disk.MoveFile(path, newPath);

    public void FlushDirectory(string path) => Disk.FlushDirectory(path);

    public void DeleteDirectory(string path) => Disk.DeleteDirectory(path);

    public IStoreFile OpenFile(string path, bool create) => Disk.OpenFile(path, create);

    public IMappedFile CreateMapped(string path, long size) => IsFull ? throw new DiskFullException(path, size) : Slowed(path, Disk.CreateMapped(path, size));

    public IMappedFile OpenMapped(string path, long size) => Slowed(path, Disk.OpenMapped(path, size));

    public IDisposable Lock(string path) => Disk.Lock(path);

    public DiskSpace SpaceOf(string directory) => Space;

    private static void Set(ManualResetEventSlim goesOn, bool isSet)
    {
        if (isSet)
        {
            goesOn.Set();
        }
        else
        {
            goesOn.Reset();
        }
    }

    private void WaitForOpening(string directory)
    {
        if (directory.Contains("consumequeue", StringComparison.Ordinal))
        {
            _openings.Wait(TimeSpan.FromSeconds(30));
        }
    }

    private IMappedFile Slowed(string path, IMappedFile file) => path.Contains("commitlog", StringComparison.Ordinal) ? new SlowedFile(this, file) : file;

    private sealed unsafe class SlowedFile(CrowdedDisk disk, IMappedFile file) : IMappedFile
    {
        public byte* Address => file.Address;

        public long Size => file.Size;

        public void Flush(long offset, long length)
        {
            // A test that fails while it is stuck must still end.
            disk._flushes.Wait(TimeSpan.FromSeconds(30));
            if (disk.IsBroken)
            {
                throw new IOException("the disk is broken");
            }

            file.Flush(offset, length);
        }

        public void Reserve(long offset, long length) => file.Reserve(offset, length);

        public void Warm(long offset, long length, bool pageByPage) => file.Warm(offset, length, pageByPage);

        public void Clear(long offset, long length) => file.Clear(offset, length);

        public void Dispose() => file.Dispose();
    }
}
