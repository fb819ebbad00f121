using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RocketMQ.Store.Files;

/// <summary>The operating system's files.</summary>
public sealed class PhysicalFileSystem : IStoreFileSystem
{
    public static PhysicalFileSystem Instance { get; } = new();

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public IReadOnlyList<string> FileNames(string directory) => Names(directory, Directory.EnumerateFiles);

    public IReadOnlyList<string> DirectoryNames(string directory) => Names(directory, Directory.EnumerateDirectories);

    public long FileLength(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : -1;
    }

    public DateTimeOffset LastWriteTime(string path) => new(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);

    public void DeleteFile(string path) => File.Delete(path);

    public void MoveFile(string path, string newPath) => File.Move(path, newPath, overwrite: true);

    public void FlushDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        using var handle = new SafeFileHandle(Libc.Open(path, Libc.CloseOnExec), ownsHandle: true);
        if (!handle.IsInvalid && Libc.SyncFile(handle) != 0)
        {
            throw new IOException($"cannot flush the directory {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    public void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    public IStoreFile OpenFile(string path, bool create) => new PhysicalFile(path, create);

    public IStoreFile OpenFile(string path, bool create, bool isPrivate)
    {
        if (isPrivate && !OperatingSystem.IsWindows())
        {
            const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            if (create)
            {
                // Nobody gets to open it before it is private.
                new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = ownerOnly }).Dispose();
            }
            File.SetUnixFileMode(path, ownerOnly);
        }
        return OpenFile(path, create);
    }

    public IStoreFile CreateFileLike(string model, string path)
    {
        File.Delete(path);
        if (!OperatingSystem.IsWindows() && File.Exists(model))
        {
            // Nobody gets to open it before it is as private.
            new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = File.GetUnixFileMode(model) }).Dispose();
        }
        return OpenFile(path, create: true);
    }

    public byte[] ReadFile(string path) => File.ReadAllBytes(path);

    public IMappedFile CreateMapped(string path, long size) => PhysicalMappedFile.Create(path, size);

    public IMappedFile OpenMapped(string path, long size) => PhysicalMappedFile.Open(path, size);

    public IMappedFile OpenMapped(string path, long size, bool isReadOnly) => isReadOnly ? PhysicalMappedFile.OpenReadOnly(path, size) : OpenMapped(path, size);

    public bool IsWritable(string path) => !OperatingSystem.IsLinux() || Libc.MayAccess(path, Libc.Writing) == 0;

    public IDisposable Lock(string path)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        try
        {
            if (!OperatingSystem.IsMacOS())
            {
                // The same byte a Java broker locks, so that the two see each other.
                stream.Lock(0, 1);
            }
            if (stream.Length == 0)
            {
                stream.Write("lock"u8);
                stream.Flush();
            }
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public DiskSpace SpaceOf(string directory)
    {
        var drive = new DriveInfo(directory);
        return new(drive.TotalSize, drive.TotalSize - drive.TotalFreeSpace, drive.AvailableFreeSpace);
    }

    public bool TryFlushAll(string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }
        using var handle = new SafeFileHandle(Libc.Open(directory, Libc.CloseOnExec), ownsHandle: true);
        if (handle.IsInvalid)
        {
            return false;
        }
        return Libc.SyncFileSystem(handle) == 0
            ? true
            : throw new IOException($"cannot flush the file system of {directory}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static string[] Names(string directory, Func<string, IEnumerable<string>> list)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }
        var names = list(directory).Select(path => Path.GetFileName(path)).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }
}
