using System.Globalization;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Queues;

/// <summary>
/// The files of one queue: <c>&lt;topic&gt;/&lt;queueId&gt;/&lt;20-digit byte offset&gt;</c>, sparse, all of one size. Positions are bytes from the
/// queue's beginning. Holds no handle itself; see <see cref="QueueFileCache"/>.
/// </summary>
internal sealed class QueueFiles
{
    private readonly IStoreFileSystem _files;
    private readonly QueueFileCache _cache;
    private readonly string _directory;
    private volatile bool _isClosed;

    /// <summary>Whether a file was made whose name may not be on the disk.</summary>
    private bool _hasNewName;

    /// <param name="files">Where they are.</param>
    /// <param name="cache">Keeps them open.</param>
    /// <param name="directory">The queue's.</param>
    /// <param name="layout">How large they and their units are.</param>
    /// <param name="isNew">Whether the queue has no files, whatever stands in the directory.</param>
    public QueueFiles(IStoreFileSystem files, QueueFileCache cache, string directory, QueueLayout layout, bool isNew)
    {
        _files = files;
        _cache = cache;
        _directory = directory;
        FileSize = layout.FileSize;
        UnitBytes = layout.UnitBytes;
        First = long.MaxValue;
        Last = -1;
        foreach (var name in isNew ? [] : files.FileNames(directory))
        {
            if (name.Length == 20 && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var baseOffset) && baseOffset % FileSize == 0)
            {
                First = Math.Min(First, baseOffset);
                Last = Math.Max(Last, baseOffset);
            }
        }
        First = IsEmpty ? 0 : First;
    }

    public int FileSize { get; }

    public int UnitBytes { get; }

    /// <summary>Start of the first file, in bytes.</summary>
    public long First { get; private set; }

    /// <summary>Start of the last file, in bytes; −1 when there is none.</summary>
    public long Last { get; private set; }

    public bool IsEmpty => Last < 0 || First > Last;

    internal QueueFileCache.Entry? Cached { get; set; }

    public string PathOf(long baseOffset) => Path.Combine(_directory, baseOffset.ToString("D20", CultureInfo.InvariantCulture));

    /// <summary>Reads what the file of this position has from there on; bytes read, at most up to the file's end.</summary>
    public int Read(Span<byte> buffer, long position)
    {
        var baseOffset = position / FileSize * FileSize;
        if (_isClosed || baseOffset < First || baseOffset > Last)
        {
            return 0;
        }
        buffer = buffer[..(int)Math.Min(buffer.Length, baseOffset + FileSize - position)];
        try
        {
            using var lease = _cache.Rent(this, baseOffset, create: false);
            return lease.File.Read(buffer, position - baseOffset);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>Writes bytes, over file ends too, creating files as needed. One caller at a time.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long position)
    {
        while (!bytes.IsEmpty)
        {
            var baseOffset = position / FileSize * FileSize;
            var part = bytes[..(int)Math.Min(bytes.Length, baseOffset + FileSize - position)];
            var isNew = IsEmpty || baseOffset > Last;
            if (isNew)
            {
                _files.CreateDirectory(_directory);
            }
            using (var lease = _cache.Rent(this, baseOffset, create: true))
            {
                if (isNew)
                {
                    lease.File.SetLength(FileSize);
                    First = IsEmpty ? baseOffset : First;
                    Last = baseOffset;
                    _hasNewName = true;
                }
                lease.File.Write(part, position - baseOffset);
            }
            bytes = bytes[part.Length..];
            position += part.Length;
        }
    }

    /// <summary>Writes over what the files have, or should have, at a position; beside the one who appends to them.</summary>
    public void Overwrite(ReadOnlySpan<byte> bytes, long position)
    {
        var baseOffset = position / FileSize * FileSize;
        if (_isClosed || baseOffset < First || baseOffset > Last)
        {
            return;
        }
        using var lease = _cache.Rent(this, baseOffset, create: true);
        if (lease.File.Length != FileSize)
        {
            lease.File.SetLength(FileSize);
        }
        lease.File.Write(bytes, position - baseOffset);
    }

    /// <summary>Brings the files of a range to the disk.</summary>
    public void Flush(long from, long to)
    {
        for (var baseOffset = from / FileSize * FileSize; baseOffset < to; baseOffset += FileSize)
        {
            if (baseOffset >= First && baseOffset <= Last)
            {
                using var lease = _cache.Rent(this, baseOffset, create: false);
                lease.File.Flush();
            }
        }
        if (_hasNewName)
        {
            // The file's, the queue's and the topic's.
            var topic = Path.GetDirectoryName(_directory)!;
            _files.FlushDirectory(_directory);
            _files.FlushDirectory(topic);
            _files.FlushDirectory(Path.GetDirectoryName(topic)!);
            _hasNewName = false;
        }
    }

    /// <summary>Brings the last file, and which files there are, to the disk.</summary>
    public void FlushAll()
    {
        if (!IsEmpty)
        {
            Flush(Last, Last + FileSize);
        }
        _files.FlushDirectory(_directory);
    }

    /// <summary>Cuts the queue at a position: later files go, the rest of its file becomes zeros.</summary>
    /// <param name="position">The first byte that goes.</param>
    /// <param name="keepsPlace">Whether of a queue without a unit a file stays whose name says where it was; that of a queue at its beginning does not.</param>
    public void Truncate(long position, bool keepsPlace = false)
    {
        _cache.Close(this);
        while (!IsEmpty && Last >= position && !(keepsPlace && First > 0 && Last == First && First == position))
        {
            _files.DeleteFile(PathOf(Last));
            Last -= FileSize;
        }
        if (IsEmpty)
        {
            Last = -1;
            return;
        }
        using var file = _files.OpenFile(PathOf(Last), create: true);
        var end = Math.Min(position - Last, FileSize);
        if (end < FileSize || file.Length != FileSize)
        {
            file.SetLength(end);
            file.SetLength(FileSize);
        }
    }

    /// <summary>Gives files that lost their end it back, as zeros.</summary>
    public void RestoreLengths()
    {
        for (var baseOffset = First; baseOffset <= Last; baseOffset += FileSize)
        {
            using var file = _files.OpenFile(PathOf(baseOffset), create: true);
            if (file.Length != FileSize)
            {
                file.SetLength(FileSize);
            }
        }
    }

    /// <summary>Deletes the files that lie wholly before a position, but never the last; how many.</summary>
    public int DeleteBefore(long position)
    {
        var deleted = 0;
        while (!IsEmpty && First + FileSize <= position && First < Last)
        {
            _cache.Close(this);
            _files.DeleteFile(PathOf(First));
            First += FileSize;
            deleted++;
        }
        return deleted;
    }

    /// <summary>Lets go of the files for good: they are being deleted, and others may soon have their names.</summary>
    public void Close()
    {
        _isClosed = true;
        _cache.Close(this);
    }
}
