using System.Security.Cryptography;
using System.Text;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Log;

/// <summary>
/// Which directories hold files of a log that is spread over several. Without one of them a log may look as if it began later, or ended sooner: it would
/// be cut there, and what is on a disk that was not mounted in time overwritten. So each has a directory <c>part-&lt;id&gt;</c> in it, and
/// <c>commitlog.paths</c> in the store's root lists, in lines of <c>id path</c>, those that hold files. They are known by their ids: where they are may
/// change. Apache ignores both; a log that always stood in one directory has neither.
/// </summary>
internal sealed class LogParts
{
    private const string Prefix = "part-";
    private const int IdLength = 8;

    private readonly IStoreFileSystem _files;
    private readonly string _listPath;
    private readonly Lock _changing = new();

    /// <summary>Ids that stand in directories.</summary>
    private readonly Dictionary<string, IReadOnlyList<string>> _found = new(StringComparer.Ordinal);

    /// <summary>Ids that must be found, and where they were.</summary>
    private readonly Dictionary<string, string> _listed = new(StringComparer.Ordinal);

    /// <summary>How many files stand in a directory.</summary>
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    private LogParts(IStoreFileSystem files, string listPath)
    {
        _files = files;
        _listPath = listPath;
    }

    public static LogParts Load(IStoreFileSystem files, string listPath, IReadOnlyList<string> paths)
    {
        var parts = new LogParts(files, listPath);
        foreach (var path in paths)
        {
            parts._found[path] = [.. files.DirectoryNames(path).Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..])];
        }
        if (files.FileExists(listPath))
        {
            foreach (var line in Encoding.UTF8.GetString(files.ReadFile(listPath)).Split('\n'))
            {
                if (line.Split(' ', 2) is [{ Length: > 0 } id, var path])
                {
                    parts._listed[id] = path;
                }
            }
        }
        return parts;
    }

    /// <exception cref="StorePathException">A directory that holds files of the log is not there, or not named.</exception>
    public void CheckAllAreThere(string key, string readOnlyKey)
    {
        var found = _found.Values.SelectMany(ids => ids).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, path) in _listed.Where(part => !found.Contains(part.Key)))
        {
            throw new StorePathException(
                $"{key}={string.Join(',', _found.Keys)}: a part of the log is missing, the one that was in {path}. "
                + $"Mount its disk there, or name where it is now in {key} or {readOnlyKey}. "
                + $"Only if its files are gone for good, take the line '{id} {path}' out of {_listPath}.");
        }
    }

    public void EnterAll(IReadOnlyList<string> paths, IReadOnlyList<string> writable)
    {
        lock (_changing)
        {
            foreach (var path in paths)
            {
                _counts[path] = _counts.GetValueOrDefault(path) + 1;
            }
            var before = Text;
            foreach (var path in _found.Keys.Where(path => !_counts.ContainsKey(path)))
            {
                Unlist(path);
            }
            // Nothing is written to one that may be read alone, not even a mark.
            foreach (var path in _counts.Keys.Where(path => IsSpread && (_found[path].Count > 0 || writable.Contains(path))))
            {
                List(path);
            }
            SaveChangeOf(before);
        }
    }

    public void Enter(string path)
    {
        lock (_changing)
        {
            if (IsSpread && !_counts.ContainsKey(path))
            {
                var before = Text;
                List(path);
                SaveChangeOf(before);
            }
            _counts[path] = _counts.GetValueOrDefault(path) + 1;
        }
    }

    /// <summary>Where the list can't be written it says too much: that its directory has to be there, as it is.</summary>
    public void Leave(string path)
    {
        lock (_changing)
        {
            if (--_counts[path] > 0)
            {
                return;
            }
            _counts.Remove(path);
            var before = Text;
            Unlist(path);
            try
            {
                SaveChangeOf(before);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    private string Text => string.Concat(_listed.Select(part => $"{part.Key} {part.Value}\n"));

    private bool IsSpread => _found.Count > 1 || _listed.Count > 0;

    private void List(string path)
    {
        if (_found[path].Count == 0)
        {
            var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
            _files.CreateDirectory(Path.Combine(path, Prefix + id));
            _files.FlushDirectory(path);
            _found[path] = [id];
        }
        foreach (var id in _found[path])
        {
            _listed[id] = path;
        }
    }

    private void Unlist(string path)
    {
        foreach (var id in _found[path])
        {
            _listed.Remove(id);
        }
    }

    private void SaveChangeOf(string before)
    {
        if (Text == before)
        {
            return;
        }
        var temporary = _listPath + ".tmp";
        _files.DeleteFile(temporary);
        using (var file = _files.OpenFile(temporary, create: true))
        {
            file.Write(Encoding.UTF8.GetBytes(Text), 0);
            file.Flush();
        }
        _files.MoveFile(temporary, _listPath);
        _files.FlushDirectory(Path.GetDirectoryName(_listPath)!);
    }
}
