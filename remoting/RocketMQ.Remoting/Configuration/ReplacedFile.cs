using System.Runtime.InteropServices;

namespace RocketMQ.Remoting.Configuration;

/// <summary>
/// A small file that is replaced as a whole: a kill or a power failure leaves the old content or the new, and the one before stays as
/// <c>.bak</c>, which is replaced in the same way.
/// </summary>
public static partial class ReplacedFile
{
    /// <summary>Blocks until the content is on disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="IOException">The directory can't be written or the disk is full; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(directory);
        WriteThrough(path + ".tmp", content);
        if (File.Exists(path))
        {
            WriteThrough(path + ".bak.tmp", File.ReadAllBytes(path));
            File.Move(path + ".bak.tmp", path + ".bak", overwrite: true);
        }

        File.Move(path + ".tmp", path, overwrite: true);
        FlushNames(directory);
    }

    private static void WriteThrough(string path, ReadOnlySpan<byte> content)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The class library can't flush a directory; a file's own flush does not promise that its new name outlives a power failure.</summary>
    private static void FlushNames(string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var handle = Open(directory, CloseOnExec);
        if (handle < 0)
        {
            return;
        }

        try
        {
            if (Sync(handle) != 0)
            {
                throw new IOException($"cannot flush the directory {directory}: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private const int CloseOnExec = 0x80000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
