using System.Globalization;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Log;

/// <summary>
/// The commit log's files in order: <c>commitlog/&lt;20-digit start offset&gt;</c>, all of one size, one following the other without a gap, whichever
/// of the log's directories each stands in. Readers see an immutable array; changes replace it.
/// </summary>
internal sealed class LogFiles
{
    private readonly IStoreFileSystem _files;
    private readonly Lock _changing = new();
    private LogFile[] _all;

    private LogFiles(IStoreFileSystem files, LogPaths paths, int fileSize, LogFile[] all)
    {
        _files = files;
        Paths = paths;
        FileSize = fileSize;
        _all = all;
    }

    public int FileSize { get; }

    public LogPaths Paths { get; }

    public IReadOnlyList<LogFile> All => Volatile.Read(ref _all);

    /// <summary>Opens the files of the log's directories.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="paths">The directories.</param>
    /// <param name="fileSize">Bytes of a file; files that are there may say otherwise.</param>
    /// <param name="endsAt">Where the log is to be cut: in the file that holds this it goes on.</param>
    /// <exception cref="CorruptStoreException">A file is missing between others, or there twice, or one before the last has another length.</exception>
    public static LogFiles Load(IStoreFileSystem files, LogPaths paths, int fileSize, long endsAt = long.MaxValue)
    {
        var found = new List<(string Path, long BaseOffset, long Length)>();
        foreach (var directory in paths.All)
        {
            foreach (var name in files.FileNames(directory))
            {
                if (name.Length == 20 && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var baseOffset))
                {
                    var path = Path.Combine(directory, name);
                    found.Add((path, baseOffset, files.FileLength(path)));
                }
            }
        }
        found.Sort((one, other) => one.BaseOffset.CompareTo(other.BaseOffset));
        DropEmptyLast(files, found);
        CheckEachIsThereOnce(found);
        if (found.Count >= 2 && found[0].Length == found[1].BaseOffset - found[0].BaseOffset)
        {
            fileSize = checked((int)found[0].Length);
        }
        for (var i = 0; i < found.Count; i++)
        {
            CheckPlace(files, paths, found, i, fileSize);
        }
        // The log goes on in the last that holds something, and may have to be cut there: all before it are only read, where they may be no more than that.
        var last = found.FindLastIndex(f => !files.IsWritable(f.Path) || !IsUnused(files, f.Path));
        if (found.FindIndex(f => endsAt >= f.BaseOffset && endsAt < f.BaseOffset + fileSize) is >= 0 and var cut)
        {
            last = cut;
        }
        var all = found.Select((f, i) => new LogFile(files, f.Path, f.BaseOffset, fileSize, i < last && paths.IsReadOnly(DirectoryOf(f.Path))));
        var loaded = new LogFiles(files, paths, fileSize, [.. all]);
        if (last >= 0)
        {
            CheckGoesOn(files, paths, found[last].Path);
        }
        paths.EnterAll([.. found.Select(f => DirectoryOf(f.Path))]);
        return loaded;
    }

    /// <summary>The file that holds an offset; null when none does.</summary>
    public LogFile? Find(long physicalOffset)
    {
        var all = Volatile.Read(ref _all);
        if (all.Length == 0)
        {
            return null;
        }
        var index = physicalOffset - all[0].BaseOffset;
        if (index < 0)
        {
            return null;
        }
        index /= FileSize;
        return index < all.Length ? all[index] : null;
    }

    /// <summary>Creates, reserves and maps the file that starts at an offset, in one of the log's directories. It joins the log with <see cref="Add"/>.</summary>
    public LogFile Create(string directory, long baseOffset)
    {
        Paths.Enter(directory);
        LogFile? file = null;
        try
        {
            file = LogFile.Create(_files, Path.Combine(directory, baseOffset.ToString("D20", CultureInfo.InvariantCulture)), baseOffset, FileSize);
            // What is flushed into it later is lost with its name.
            _files.FlushDirectory(directory);
            return file;
        }
        catch
        {
            // Another directory may get it now: it must not be there twice.
            if (file is null)
            {
                Paths.Leave(directory);
            }
            else
            {
                Discard(file);
            }
            throw;
        }
    }

    /// <summary>Deletes a file that never joined the log.</summary>
    public void Discard(LogFile file)
    {
        Delete(file);
        file.Retire();
    }

    public void Add(LogFile file)
    {
        lock (_changing)
        {
            Volatile.Write(ref _all, [.. _all, file]);
        }
    }

    /// <summary>Deletes the oldest file. Its name goes first, so that a crash leaves no gap; who reads it keeps it until the lease ends.</summary>
    /// <exception cref="IOException">It cannot be deleted; it is still part of the log.</exception>
    public void RemoveFirst()
    {
        LogFile removed;
        lock (_changing)
        {
            removed = _all[0];
            Delete(removed);
            Volatile.Write(ref _all, _all[1..]);
        }
        removed.Retire();
    }

    /// <summary>Takes the files that start after an offset out of the log and deletes them, the last first: whatever comes between, no file is missing between others.</summary>
    public void RemoveAfter(long physicalOffset)
    {
        LogFile[] removed;
        lock (_changing)
        {
            removed = [.. _all.Where(f => f.BaseOffset > physicalOffset)];
            Volatile.Write(ref _all, _all[..^removed.Length]);
        }
        for (var i = removed.Length - 1; i >= 0; i--)
        {
            Delete(removed[i]);
            _files.FlushDirectory(DirectoryOf(removed[i].Path));
            removed[i].Retire();
        }
    }

    /// <summary>Copies a file's bytes from an offset on into another directory, under the offset's name.</summary>
    public void CopyTo(string directory, LogFile file, long from)
    {
        _files.CreateDirectory(directory);
        using var copy = _files.OpenFile(Path.Combine(directory, from.ToString("D20", CultureInfo.InvariantCulture)), create: true);
        if (!file.TryLease())
        {
            return;
        }
        copy.Write(file.Bytes(from, (int)(file.EndOffset - from)), 0);
        copy.Flush();
        file.Release();
    }

    public void Close()
    {
        LogFile[] all;
        lock (_changing)
        {
            all = _all;
            _all = [];
        }
        foreach (var file in all)
        {
            file.Retire();
        }
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(path)!;

    private void Delete(LogFile file)
    {
        _files.DeleteFile(file.Path);
        Paths.Leave(DirectoryOf(file.Path));
    }

    /// <summary>A stop in the middle of creating a file leaves it empty.</summary>
    private static void DropEmptyLast(IStoreFileSystem files, List<(string Path, long BaseOffset, long Length)> found)
    {
        while (found.Count > 0 && found[^1].Length == 0)
        {
            files.DeleteFile(found[^1].Path);
            found.RemoveAt(found.Count - 1);
        }
    }

    private static void CheckEachIsThereOnce(List<(string Path, long BaseOffset, long Length)> found)
    {
        for (var i = 1; i < found.Count; i++)
        {
            if (found[i].BaseOffset == found[i - 1].BaseOffset)
            {
                throw new CorruptStoreException(
                    found[i].Path, 0, "this file of the log in one directory alone", $"another in {DirectoryOf(found[i - 1].Path)}: move the one that is not the log's out of there");
            }
        }
    }

    /// <summary>The file that the log ends in is written to its end, wherever it is.</summary>
    private static void CheckGoesOn(IStoreFileSystem files, LogPaths paths, string path)
    {
        if (paths.IsReadOnly(DirectoryOf(path)) && !files.IsWritable(path))
        {
            throw new StorePathException(
                $"readOnlyCommitLogStorePaths: the log ends in {path}, and this process may not write to it. "
                + "Leave its directory writable until the log goes on in another, or move the file to one of storePathCommitLog.");
        }
    }

    private static void CheckPlace(IStoreFileSystem files, LogPaths paths, List<(string Path, long BaseOffset, long Length)> found, int i, int fileSize)
    {
        var (path, baseOffset, length) = found[i];
        if (i > 0 && baseOffset != found[i - 1].BaseOffset + fileSize)
        {
            var hint = paths.All.Count > 1 ? $" (in one of {paths}: is each of them mounted?)" : "";
            throw new CorruptStoreException(path, 0, $"the file that starts at offset {found[i - 1].BaseOffset + fileSize}{hint}", $"one that starts at {baseOffset}");
        }
        // The last file with data may be short: its tail is missing as in any torn write. Files created ahead hold nothing.
        if (length != fileSize && (length > fileSize || !found.Skip(i + 1).All(later => IsUnused(files, later.Path))))
        {
            throw new CorruptStoreException(path, length, $"a file of {fileSize} bytes (mappedFileSizeCommitLog)", $"one of {length} bytes");
        }
    }

    private static bool IsUnused(IStoreFileSystem files, string path)
    {
        using var file = files.OpenFile(path, create: false);
        Span<byte> head = stackalloc byte[8];
        return file.Read(head, 0) < head.Length || !head.ContainsAnyExcept((byte)0);
    }
}
