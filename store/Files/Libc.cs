using System.Runtime.InteropServices;

namespace RocketMQ.Store.Files;

/// <summary>What the class library cannot ask of Linux: syncing and warming a range of a mapping, and reserving file space for certain.</summary>
internal static partial class Libc
{
    public const int NoSpace = 28;
    public const int QuotaExceeded = 122;
    public const int SyncNow = 4;
    public const int NormalAccess = 0;
    public const int RandomAccess = 1;
    public const int PopulateWrite = 23;
    public const int ZeroRange = 0x10;
    public const int CloseOnExec = 0x80000;
    public const int Writing = 2;

    [LibraryImport("libc", EntryPoint = "msync", SetLastError = true)]
    internal static partial int Sync(nint address, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    internal static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MayAccess(string path, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int SyncFile(SafeHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    internal static partial int SyncFileSystem(SafeHandle file);

    /// <summary>Returns the error number itself.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    internal static partial int Reserve(SafeHandle file, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    internal static partial int Allocate(SafeHandle file, int mode, long offset, long length);
}
