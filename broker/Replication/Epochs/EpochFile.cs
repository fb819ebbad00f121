using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Persistence;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Replication.Epochs;

/// <summary>
/// Who wrote which part of this log: a line for each epoch in which something was written. Two brokers that have the same entry have had the same from that
/// master, and so have the same bytes up to where the first of them stops. Every change is on the disk when it returns; it blocks on that.
/// </summary>
internal sealed class EpochFile
{
    private const string Meaning =
        "It says which masters this broker's log is from (storePathEpochFile): without it the broker can follow a master only with an empty store.";

    private readonly ConfigFile _file;
    private readonly IStoreFileSystem _files;
    private readonly Lock _changing = new();
    private EpochEntry[] _entries;

    private EpochFile(ConfigFile file, IStoreFileSystem files, EpochEntry[] entries)
    {
        _file = file;
        _files = files;
        _entries = entries;
    }

    /// <summary>The entries are others. On the thread that changed them: not to be held up.</summary>
    public event Action? Changed;

    public string Path => _file.Path;

    /// <summary>Oldest first, as they are now: what is got once does not change.</summary>
    public IReadOnlyList<EpochEntry> Entries => Volatile.Read(ref _entries);

    /// <summary>0 without entries.</summary>
    public int LastEpoch => Volatile.Read(ref _entries) is [.., var last] ? last.Epoch : 0;

    /// <summary>Reads the file that storePathEpochFile names, or the one that Apache's brokers have in the store.</summary>
    /// <exception cref="ConfigurationException">There is a file, but none that makes sense.</exception>
    public static EpochFile Open(ReplicationOptions options, string storePathRootDir, IStoreFileSystem files, ILogger logger) => Open(
        options.StorePathEpochFile.Length > 0 ? options.StorePathEpochFile : System.IO.Path.Combine(storePathRootDir, "epochFileCheckpoint"), files, logger);

    /// <summary>Reads the file; where it is torn, the one before it, which lies beside it; without either there are no entries.</summary>
    /// <exception cref="ConfigurationException">There is a file, but none that makes sense.</exception>
    public static EpochFile Open(string path, IStoreFileSystem files, ILogger logger)
    {
        var file = new ConfigFile(System.IO.Path.GetFullPath(path), files, logger);
        try
        {
            if (file.Load(static bytes => EpochText.Read(bytes.Span)) is { } entries)
            {
                return new EpochFile(file, files, entries);
            }
        }
        catch (ConfigurationException e)
        {
            throw new ConfigurationException($"{e.Message} {Meaning}");
        }

        return !files.FileExists(file.Path) && !files.FileExists(file.Path + ".bak")
            ? new EpochFile(file, files, [])
            : throw new ConfigurationException($"{file.Path} is empty, and there is no good {file.Path}.bak. Move both away to start without them. {Meaning}");
    }

    /// <summary>
    /// An epoch begins. One in which nothing was written gives way to it: what is written from here on must not pass for that one's. Only the first entry stays
    /// whatever comes: that the log is the same up to it nobody else says.
    /// </summary>
    /// <exception cref="InvalidOperationException">The log has a later epoch already.</exception>
    public void Begin(int epoch, long start)
    {
        lock (_changing)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
            ArgumentOutOfRangeException.ThrowIfNegative(start);
            if (epoch < LastEpoch)
            {
                throw new InvalidOperationException($"Epoch {epoch} can't begin: this log has epoch {LastEpoch} already ({Path}).");
            }

            var begun = new EpochEntry(epoch, start);
            if (!_entries.Contains(begun))
            {
                Save([.. _entries.Where((entry, i) => entry.Epoch < epoch && (entry.StartOffset < start || (i == 0 && entry.StartOffset == start))), begun]);
            }
        }
    }

    /// <summary>The log is cut: what began there, or behind, is gone.</summary>
    public void CutAt(long offset) => Keep(entries => entries.Where(entry => entry.StartOffset < offset));

    /// <summary>The log's beginning is deleted: what ended by there is gone.</summary>
    public void CutBefore(long minOffset) =>
        Keep(entries => entries.Where((_, i) => i == entries.Length - 1 || entries[i + 1].StartOffset > minOffset));

    /// <summary>The epoch of which a byte of the log is, or will be; null before the first.</summary>
    public EpochEntry? EntryAt(long offset) => EntryAt(Volatile.Read(ref _entries), offset);

    private static EpochEntry? EntryAt(EpochEntry[] entries, long offset) => IndexAt(entries, offset) is >= 0 and var i ? entries[i] : null;

    /// <summary>Where an entry's epoch ends: where the next begins; <see cref="long.MaxValue"/> of the last.</summary>
    public static long EndOf(IReadOnlyList<EpochEntry> entries, int index) => index + 1 < entries.Count ? entries[index + 1].StartOffset : long.MaxValue;

    /// <summary>Which of some entries a byte of the log belongs to; −1 before the first.</summary>
    public static int IndexAt(IReadOnlyList<EpochEntry> entries, long offset)
    {
        var i = entries.Count - 1;
        while (i >= 0 && entries[i].StartOffset > offset)
        {
            i--;
        }

        return i;
    }

    private void Keep(Func<EpochEntry[], IEnumerable<EpochEntry>> kept)
    {
        lock (_changing)
        {
            EpochEntry[] entries = [.. kept(_entries)];
            if (entries.Length < _entries.Length)
            {
                Save(entries);
            }
        }
    }

    private void Save(EpochEntry[] entries)
    {
        _file.Save(EpochText.Write(entries));
        if (entries.Length == 0 && _files.FileExists(Path + ".bak"))
        {
            // Apache's brokers read it where the file has no entries.
            _files.DeleteFile(Path + ".bak");
            _files.FlushDirectory(System.IO.Path.GetDirectoryName(Path)!);
        }

        Volatile.Write(ref _entries, entries);
        Changed?.Invoke();
    }
}
