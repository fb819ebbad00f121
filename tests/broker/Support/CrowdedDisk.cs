using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>The machine's file system, on a disk that is as full as a test says.</summary>
internal sealed class CrowdedDisk : IStoreFileSystem
{
    private static readonly PhysicalFileSystem Disk = PhysicalFileSystem.Instance;

    /// <summary>What the disk is said to hold.</summary>
    public DiskSpace Space { get; set; } = new(1000, 100, 900);

    /// <summary>No file can be created.</summary>
    public bool IsFull { get; set; }

    public void CreateDirectory(string path) => Disk.CreateDirectory(path);

    public bool FileExists(string path) => Disk.FileExists(path);

    public IReadOnlyList<string> FileNames(string directory) => Disk.FileNames(directory);

    public IReadOnlyList<string> DirectoryNames(string directory) => Disk.DirectoryNames(directory);

    public long FileLength(string path) => Disk.FileLength(path);

    public DateTimeOffset LastWriteTime(string path) => Disk.LastWriteTime(path);

    public void DeleteFile(string path) => Disk.DeleteFile(path);

    public void MoveFile(string path, string newPath) => Disk.MoveFile(path, newPath);

    public void FlushDirectory(string path) => Disk.FlushDirectory(path);

    public void DeleteDirectory(string path) => Disk.DeleteDirectory(path);

    public IStoreFile OpenFile(string path, bool create) => Disk.OpenFile(path, create);

    public IMappedFile CreateMapped(string path, long size) => IsFull ? throw new DiskFullException(path, size) : Disk.CreateMapped(path, size);

    public IMappedFile OpenMapped(string path, long size) => Disk.OpenMapped(path, size);

    public IDisposable Lock(string path) => Disk.Lock(path);

    public DiskSpace SpaceOf(string directory) => Space;
}
