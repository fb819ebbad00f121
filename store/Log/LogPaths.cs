using RocketMQ.Store.Files;

namespace RocketMQ.Store.Log;

/// <summary>
/// The directories the log stands in: one, or several on several disks (<c>storePathCommitLog=/a,/b</c>). The next file goes to the one whose turn it
/// is, as Apache's broker would put it: to those over diskSpaceCleanForciblyRatio only when all are, to readOnlyCommitLogStorePaths never.
/// </summary>
internal sealed class LogPaths
{
    /// <summary>Apache's, unless its JVM is told otherwise.</summary>
    private const char Separator = ',';

    private const string Key = "storePathCommitLog";
    private const string ReadOnlyKey = "readOnlyCommitLogStorePaths";

    private readonly StoreOptions _options;
    private readonly IStoreFileSystem _files;
    private readonly IReadOnlyList<string> _readOnly;
    private readonly LogParts _parts;

    private LogPaths(StoreOptions options, IStoreFileSystem files)
    {
        _options = options;
        _files = files;
        var named = string.IsNullOrWhiteSpace(options.StorePathCommitLog) ? [Full(options.DefaultCommitLogPath)] : Split(options.StorePathCommitLog);
        _readOnly = Split(options.ReadOnlyCommitLogStorePaths ?? "");
        Writable = [.. named.Except(_readOnly, StringComparer.Ordinal)];
        All = [.. named.Union(_readOnly, StringComparer.Ordinal)];
        _parts = LogParts.Load(files, options.LogPartsPath, All);
    }

    public IReadOnlyList<string> All { get; }

    /// <summary>Where new files may go, in the order of their turns.</summary>
    public IReadOnlyList<string> Writable { get; }

    /// <summary>Makes what is missing of them.</summary>
    /// <exception cref="StorePathException">One can't be used, or one that holds files of the log isn't there.</exception>
    public static LogPaths Open(StoreOptions options, IStoreFileSystem files)
    {
        var paths = new LogPaths(options, files);
        if (paths.Writable.Count == 0)
        {
            throw new StorePathException(
                $"{Key}={options.StorePathCommitLog} leaves no directory for new files: {ReadOnlyKey} names each of them. Take one out there, or add another to {Key}.");
        }
        paths._parts.CheckAllAreThere(Key, ReadOnlyKey);
        foreach (var path in paths.All)
        {
            paths.Prepare(path);
        }
        return paths;
    }

    public bool IsReadOnly(string path) => _readOnly.Contains(path, StringComparer.Ordinal);

    /// <summary>Where the file with a number goes: the first of these that takes it.</summary>
    public IReadOnlyList<string> TurnsFor(long number)
    {
        if (Writable.Count == 1)
        {
            return Writable;
        }
        var full = Writable.Where(IsFull).ToList();
        return [.. From(number, [.. Writable.Except(full)]), .. From(number, full)];
    }

    /// <summary>Share in use of a directory's disk, 0 to 1; where there are others, 1 when it can't be asked.</summary>
    public double UsedRatio(string path)
    {
        try
        {
            return _files.SpaceOf(path).UsedRatio;
        }
        catch (IOException) when (Writable.Count > 1)
        {
            return 1;
        }
    }

    /// <summary>A file is to be made in a directory, or was found there: until it leaves no start goes without that directory.</summary>
    public void Enter(string path) => _parts.Enter(path);

    /// <summary>A file that had entered is gone.</summary>
    public void Leave(string path) => _parts.Leave(path);

    /// <summary>The log was loaded with files in these directories, one entry a file.</summary>
    public void EnterAll(IReadOnlyList<string> paths) => _parts.EnterAll(paths, Writable);

    public override string ToString() => string.Join(Separator, All);

    private static List<string> From(long number, List<string> paths)
    {
        var first = paths.Count == 0 ? 0 : (int)(number % paths.Count);
        return [.. paths[first..], .. paths[..first]];
    }

    private static string[] Split(string text) =>
    [
        .. text.Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Full).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private bool IsFull(string path) => UsedRatio(path) * 100 > _options.CleanUnexpiredAbove;

    private void Prepare(string path)
    {
        var key = IsReadOnly(path) ? ReadOnlyKey : Key;
        if (_files.FileExists(path))
        {
            throw new StorePathException($"{key}: {path} is a file. Name a directory.");
        }
        if (_files.DirectoryExists(path))
        {
            if (!IsReadOnly(path) && !_files.IsWritable(path))
            {
                throw new StorePathException(
                    $"{key}: this process may not write to {path}. Give it the right, mount the disk for writing, or list the directory in {ReadOnlyKey}, too: then it is read alone.");
            }
            return;
        }
        if (IsReadOnly(path))
        {
            throw new StorePathException($"{key}: there is no directory {path}. Mount its disk, or take it out when its files have gone.");
        }
        try
        {
            _files.CreateDirectory(path);
            if (Path.GetDirectoryName(path) is { } parent)
            {
                _files.FlushDirectory(parent);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorePathException($"{key}: the directory {path} can't be made ({e.Message}). Make it for this process to write to, or name another.", e);
        }
    }
}
