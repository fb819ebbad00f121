using System.Buffers.Binary;
using System.Globalization;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Timing;

/// <summary>
/// The files of <c>timerlog/</c>: <see cref="TimerUnit"/>s one after the other, each file named by the position of its first byte. A file ends
/// with a blank of at least 16 bytes: int rest | long 0 | int magic. One thread writes and reads.
/// </summary>
internal sealed class TimerLog : IDisposable
{
    private const int BlankBytes = 16;
    private const int WindowBytes = 8 * 1024;
    private const int ScanUnits = 1024;

    private readonly IStoreFileSystem _fileSystem;
    private readonly string _directory;
    private readonly List<(long Start, IStoreFile File)> _files = [];
    private readonly byte[] _window = new byte[WindowBytes];
    private long _windowStart;
    private int _windowLength;
    private long _flushed;

    private TimerLog(IStoreFileSystem fileSystem, string directory, int fileSize)
    {
        _fileSystem = fileSystem;
        _directory = directory;
        FileSize = fileSize;
    }

    internal int FileSize { get; private set; }

    /// <summary>Where the oldest file starts.</summary>
    internal long Start => _files.Count == 0 ? End : _files[0].Start;

    /// <summary>Where the next entry goes, unless it begins a new file.</summary>
    internal long End { get; private set; }

    /// <summary>Opens what is there; a log whose files have another size keeps that one. <see cref="Recover"/> before use.</summary>
    /// <exception cref="CorruptStoreException">A file has neither the size of the others nor none.</exception>
    internal static TimerLog Open(IStoreFileSystem files, string directory, int fileSize)
    {
        files.CreateDirectory(directory);
        files.FlushDirectory(Path.GetDirectoryName(directory)!);
        var log = new TimerLog(files, directory, fileSize);
        var names = files.FileNames(directory).Where(name => name.Length == 20 && name.All(char.IsAsciiDigit)).ToArray();
        try
        {
            foreach (var name in names)
            {
                log.OpenExisting(Path.Combine(directory, name), long.Parse(name, CultureInfo.InvariantCulture), isNewest: name == names[^1]);
            }
        }
        catch
        {
            log.Dispose();
            throw;
        }
        return log;
    }

    /// <summary>Finds the log's end, looking from a position on that is known to be good; what stands behind the end is cleared.</summary>
    /// <param name="from">A position that was flushed; where none fits, all of the log is looked at.</param>
    /// <param name="isGood">The log ends before the first entry that is not.</param>
    /// <param name="found">Told each entry from there on.</param>
    internal void Recover(long from, Func<TimerUnit, bool> isGood, Action<long, TimerUnit> found)
    {
        if (_files.Count == 0)
        {
            // Positions are never used twice: an older wheel may still name them.
            End = Math.Max(0, from / FileSize * FileSize + (from % FileSize == 0 ? 0 : FileSize));
            _flushed = End;
            return;
        }
        End = IsUnitStart(from) ? from : Start;
        _flushed = End;
        foreach (var (position, unit) in Scan(End))
        {
            if (!isGood(unit))
            {
                break;
            }
            found(position, unit);
            End = position + TimerUnit.Bytes;
        }
        ClearBehindEnd();
    }

    /// <summary>The entries from a position on, in order.</summary>
    internal IEnumerable<(long Position, TimerUnit Unit)> Scan(long from)
    {
        var block = new byte[ScanUnits * TimerUnit.Bytes];
        for (var position = from; Find(position) is { } file;)
        {
            var read = file.File.Read(block.AsSpan(0, (int)Math.Min(block.Length, file.Start + FileSize - position)), position - file.Start);
            var at = 0;
            TimerUnit unit;
            while (TimerUnit.TryRead(block.AsSpan(at, Math.Min(TimerUnit.Bytes, read - at)), position + at, out unit))
            {
                yield return (position + at, unit);
                at += TimerUnit.Bytes;
            }
            if (at == ScanUnits * TimerUnit.Bytes)
            {
                position += at;
            }
            else if (IsBlank(block.AsSpan(at, read - at)))
            {
                position = file.Start + FileSize;
            }
            else
            {
                yield break;
            }
        }
    }

    /// <summary>Writes an entry; its position.</summary>
    internal long Append(in TimerUnit unit)
    {
        var rest = FileSize - (int)(End % FileSize);
        if (rest < TimerUnit.Bytes + BlankBytes)
        {
            Span<byte> blank = stackalloc byte[BlankBytes];
            blank.Clear();
            BinaryPrimitives.WriteInt32BigEndian(blank, rest);
            BinaryPrimitives.WriteInt32BigEndian(blank[12..], TimerMagic.Blank);
            var full = _files[^1];
            full.File.Write(blank, End - full.Start);
            full.File.Flush();
            End += rest;
        }
        if (_files.Count == 0 || _files[^1].Start + FileSize <= End)
        {
            AddFile();
        }
        Span<byte> bytes = stackalloc byte[TimerUnit.Bytes];
        unit.Write(bytes);
        var position = End;
        _files[^1].File.Write(bytes, position - _files[^1].Start);
        End = position + TimerUnit.Bytes;
        return position;
    }

    /// <summary>Reads an entry; false when it is gone or was never whole.</summary>
    internal bool TryRead(long position, out TimerUnit unit)
    {
        unit = default;
        if (position < 0 || position + TimerUnit.Bytes > End)
        {
            return false;
        }
        if (position < _windowStart || position + TimerUnit.Bytes > _windowStart + _windowLength)
        {
            if (Find(position) is not { } file)
            {
                return false;
            }
            // A chain is read backwards: the entry stands at the window's end.
            _windowStart = Math.Max(file.Start, position + TimerUnit.Bytes - WindowBytes);
            _windowLength = file.File.Read(_window.AsSpan(0, (int)(position + TimerUnit.Bytes - _windowStart)), _windowStart - file.Start);
        }
        var at = (int)(position - _windowStart);
        return at + TimerUnit.Bytes <= _windowLength && TimerUnit.TryRead(_window.AsSpan(at), position, out unit);
    }

    /// <summary>The newest entry; false in an empty log.</summary>
    internal bool TryReadLast(out TimerUnit unit) =>
        TryRead(End % FileSize == 0 ? End - FileSize + LastUnitAt : End - TimerUnit.Bytes, out unit);

    /// <summary>Brings what was written to the disk. Full files are there already.</summary>
    internal void Flush()
    {
        if (_flushed < End)
        {
            _files[^1].File.Flush();
            _flushed = End;
        }
    }

    /// <summary>Deletes the oldest files as long as the newest entry in them is of no use; how many.</summary>
    internal int DeleteWhile(Func<TimerUnit, bool> isUseless)
    {
        var deleted = 0;
        while (_files.Count > 1 && TryRead(_files[0].Start + LastUnitAt, out var last) && isUseless(last))
        {
            _files[0].File.Dispose();
            _fileSystem.DeleteFile(PathOf(_files[0].Start));
            _files.RemoveAt(0);
            deleted++;
        }
        return deleted;
    }

    public void Dispose()
    {
        foreach (var (_, file) in _files)
        {
            file.Dispose();
        }
        _files.Clear();
    }

    /// <summary>Where, in a file, its last entry starts.</summary>
    private int LastUnitAt => ((FileSize - BlankBytes) / TimerUnit.Bytes - 1) * TimerUnit.Bytes;

    private void OpenExisting(string path, long start, bool isNewest)
    {
        var length = _fileSystem.FileLength(path);
        if (length == 0)
        {
            _fileSystem.DeleteFile(path);
            return;
        }
        if (_files.Count == 0 && length >= TimerUnit.Bytes + BlankBytes && start % length == 0)
        {
            FileSize = checked((int)length);
        }
        if (length < FileSize && isNewest && start % FileSize == 0)
        {
            // The power went before it was flushed for the first time: what it holds counts for nothing yet.
            using var torn = _fileSystem.OpenFile(path, create: false);
            torn.SetLength(FileSize);
            torn.Flush();
        }
        else if (length != FileSize || start % FileSize != 0)
        {
            throw new CorruptStoreException(path, 0, $"a timer log file of {FileSize} bytes", $"{length} bytes");
        }
        _files.Add((start, _fileSystem.OpenFile(path, create: false)));
    }

    /// <summary>Whether an entry may start here: behind another one, or at the start of a file.</summary>
    private bool IsUnitStart(long position)
    {
        if (position < Start || position > _files[^1].Start + FileSize || position % FileSize % TimerUnit.Bytes != 0)
        {
            return false;
        }
        End = position;
        return position % FileSize == 0 || TryRead(position - TimerUnit.Bytes, out _);
    }

    private void ClearBehindEnd()
    {
        _windowLength = 0;
        while (_files.Count > 0 && _files[^1].Start >= End && _files[^1].Start > _files[0].Start)
        {
            _files[^1].File.Dispose();
            _fileSystem.DeleteFile(PathOf(_files[^1].Start));
            _files.RemoveAt(_files.Count - 1);
        }
        // Before the last one is made shorter, if only for a moment: that is the newest one's privilege.
        _fileSystem.FlushDirectory(_directory);
        var last = _files[^1];
        if (last.Start + FileSize > End)
        {
            last.File.SetLength(End - last.Start);
            last.File.SetLength(FileSize);
            last.File.Flush();
        }
    }

    private void AddFile()
    {
        var file = _fileSystem.OpenFile(PathOf(End), create: true);
        // The wheel points into it: its name has to outlive a power failure as its content does.
        _fileSystem.FlushDirectory(Path.GetDirectoryName(PathOf(End))!);
        file.SetLength(FileSize);
        _files.Add((End, file));
    }

    private (long Start, IStoreFile File)? Find(long position)
    {
        // The newest files are asked for most.
        for (var i = _files.Count - 1; i >= 0; i--)
        {
            if (_files[i].Start <= position)
            {
                return position < _files[i].Start + FileSize ? _files[i] : null;
            }
        }
        return null;
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= BlankBytes && BinaryPrimitives.ReadInt32BigEndian(bytes[12..]) == TimerMagic.Blank;

    private string PathOf(long start) => Path.Combine(_directory, start.ToString("D20", CultureInfo.InvariantCulture));
}
