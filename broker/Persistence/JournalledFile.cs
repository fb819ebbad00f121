using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Persistence;

/// <summary>
/// One table's file under <c>config/</c> in Apache's JSON, and behind it the table's changes in the journal. The table says what changes, entry by
/// entry; the whole file is a snapshot that is taken now and then. At start the table is the file plus what the journal knows beyond it, unless
/// somebody else, such as Apache's broker, has written the file since: then the file is right.
/// </summary>
public sealed class JournalledFile
{
    /// <summary>How far apart snapshots are of what moves with every message.</summary>
    public static readonly TimeSpan PeriodOfPositions = TimeSpan.FromSeconds(5);

    private readonly ConfigFile _file;
    private readonly ChangeJournal _journal;
    private Func<ValueTask<byte[]?>>? _content;
    private long _lastChange;

    internal JournalledFile(string name, ConfigFile file, ChangeJournal journal)
    {
        Name = name;
        _file = file;
        _journal = journal;
    }

    /// <summary>The file's name, by which the journal knows the table.</summary>
    public string Name { get; }

    public string Path => _file.Path;

    /// <summary>How far apart snapshots are at least.</summary>
    internal TimeSpan Period { get; private set; }

    /// <summary>What the file holds.</summary>
    internal SnapshotMark Mark { get; set; }

    /// <summary>What it will hold, if it is replaced right now.</summary>
    internal SnapshotMark? Announced { get; set; }

    /// <summary>The first change that is not in the file, or an earlier one; <see cref="long.MaxValue"/> when all are.</summary>
    internal long OldestNeeded => IsBehind ? Mark.Sequence + 1 : long.MaxValue;

    /// <summary>Whether there are changes that are not in the file.</summary>
    internal bool IsBehind => IsLoaded && Volatile.Read(ref _lastChange) > Mark.Sequence;

    internal bool IsLoaded => _content is not null;

    internal int SnapshotBytes => Mark.Content.Length;

    /// <summary>Whether changes can be saved now; who can keep its own for later does not add to what waits.</summary>
    public bool CanSave => _journal.Failure is null;

    /// <summary>Reads the file, and applies what the journal knows beyond it. From then on <see cref="Put(string, ReadOnlySpan{byte})"/> may be called.</summary>
    /// <param name="parse">Throws on content it can't read.</param>
    /// <param name="fill">Takes what was read; null when there is no file.</param>
    /// <param name="apply">Takes a change: an entry as it is since, or null where it is gone.</param>
    /// <param name="content">The table as the file shall hold it, with every change made before; null when that can't be had now.</param>
    /// <param name="period">How far apart snapshots are at least; where nothing is said what they cost decides: who takes over the files after a kill, and does not know the journal, should miss little.</param>
    /// <exception cref="ConfigurationException">There are files, but none that makes sense, or a change that does not.</exception>
    public void Load<T>(
        Func<ReadOnlyMemory<byte>, T> parse, Action<T?> fill, Action<string, ReadOnlyMemory<byte>?> apply, Func<ValueTask<byte[]?>> content,
        TimeSpan? period = null)
        where T : class
    {
        Read(parse, fill, apply);
        _content = content;
        Period = period ?? TimeSpan.Zero;
        _journal.Add(this);
    }

    /// <summary>Reads the file and applies what the journal knows beyond it, for one that is not saved any more.</summary>
    /// <returns>False when there was nothing.</returns>
    public bool Read<T>(Func<ReadOnlyMemory<byte>, T> parse, Action<T?> fill, Action<string, ReadOnlyMemory<byte>?> apply)
        where T : class
    {
        var stored = _file.Load(parse);
        fill(stored);
        var history = _journal.Take(Name);
        var changes = history.After(_file.Content, out var upTo);
        if (changes is null && history.Changes.Count > 0)
        {
            _file.TellForeign(history.Changes.Count);
        }

        foreach (var change in changes ?? [])
        {
            try
            {
                apply(change.Key, change.Value);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new ConfigurationException(
                    $"{_journal.Path} has a change of {Name} that can't be read: change {change.Sequence}, of '{change.Key}': {e.Message} "
                    + $"Move {_journal.Path} away to start with {Path} as it is, without any change made since.");
            }
        }

        _lastChange = changes is { Count: > 0 } ? changes[^1].Sequence : upTo;
        Mark = new SnapshotMark(_file.Content, upTo);
        return stored is not null || changes is { Count: > 0 };
    }

    /// <summary>An entry is new or has changed. On any thread; does not block.</summary>
    /// <returns>The change's sequence, to wait for.</returns>
    public long Put(string key, ReadOnlySpan<byte> value) => _journal.Put(this, key, value);

    /// <inheritdoc cref="Put(string, ReadOnlySpan{byte})"/>
    public long Put<T>(string key, T value)
        where T : class => _journal.Put(this, key, RemotingJson.Serialize(value));

    /// <summary>An entry is gone. On any thread; does not block.</summary>
    /// <returns>The change's sequence, to wait for.</returns>
    public long Remove(string key) => _journal.Remove(this, key);

    /// <summary>Whether a change is durable.</summary>
    public bool IsSaved(long sequence) => _journal.IsDurable(sequence);

    /// <summary>Completes when a change is durable, or with why it is not after one more attempt.</summary>
    public Task<Refusal?> WaitAsync(long sequence) => _journal.WaitAsync(sequence);

    /// <summary>The table holds what the file does not, though nothing has changed: it was taken from elsewhere.</summary>
    public void WriteSoon() => Changed(Math.Max(Volatile.Read(ref _lastChange), Mark.Sequence + 1));

    /// <summary>A change was given its sequence. Under the journal's lock.</summary>
    internal void Changed(long sequence) => Volatile.Write(ref _lastChange, sequence);

    /// <summary>
    /// Brings the file up to date. The journal is told first: whatever moment the power goes at, it knows the content that is found.
    /// </summary>
    /// <param name="evenUnannounced">At stop, when nothing follows: a file that the journal does not know counts for itself.</param>
    /// <returns><see langword="null"/>, or why the file is as it was.</returns>
    /// <exception cref="IOException">The file can't be written; it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    internal async Task<string?> SnapshotAsync(bool evenUnannounced)
    {
        var upTo = Volatile.Read(ref _lastChange);
        if (await _content!().ConfigureAwait(false) is not { } content)
        {
            return "what it rests on is not on the disk";
        }

        var mark = new SnapshotMark(Fingerprint.Of(content), upTo);
        if (await _journal.Announce(this, mark).ConfigureAwait(false) is { } refusal && !evenUnannounced)
        {
            return refusal.Reason;
        }

        _file.Save(content);
        _journal.Replaced(this, mark);
        return null;
    }
}
