using Microsoft.Extensions.Logging;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Persistence;

/// <summary>
/// The folder <c>config/</c> of a store: the tables' files, which Apache's broker reads and writes as well, and the journal of their changes
/// beside them, which it does not know. Open it before the tables are made, and close it after they have changed for the last time.
/// </summary>
public sealed class ConfigFolder : IAsyncDisposable
{
    /// <summary>The journal's files; whoever follows an earlier run of this broker needs them as much as the others.</summary>
    public const string JournalName = "changes";

    /// <summary>A segment of the journal ends when it is longer than this and than <see cref="SnapshotsPerSegment"/> times what all files hold.</summary>
    private const long SegmentBytes = 16 * 1024 * 1024;

    private const int SnapshotsPerSegment = 4;

    /// <summary>How often it is looked for files to write.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly IStoreFileSystem _files;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly List<SnapshotSchedule> _tables = [];
    private readonly ChangeJournal _journal;
    private PeriodicWork? _rounds;

    private ConfigFolder(string path, IStoreFileSystem files, TimeProvider time, ILoggerFactory loggers)
    {
        _path = path;
        _files = files;
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<ConfigFolder>();
        _journal = ChangeJournal.Open(Path.Combine(path, JournalName), files, time, _logger);
    }

    /// <summary>Reads the journal that an earlier run left. Blocks on the disk; the store must be locked.</summary>
    public static ConfigFolder Open(string path, IStoreFileSystem files, TimeProvider time, ILoggerFactory loggers) =>
        new(Path.GetFullPath(path), files, time, loggers);

    /// <summary>A file that is written as a whole.</summary>
    public ConfigFile File(string name) => File(name, isPrivate: false);

    /// <summary>A file whose changes are journalled.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="isPrivate">It holds secrets: nobody but the owner reads it or its backup. Nobody else reads the journal anyway.</param>
    public JournalledFile Journalled(string name, bool isPrivate = false)
    {
        var table = new JournalledFile(name, File(name, isPrivate), _journal);
        _tables.Add(new SnapshotSchedule(table, _time));
        return table;
    }

    /// <summary>All tables are loaded; from now on files follow them.</summary>
    public void Start()
    {
        _journal.Start();
        _rounds = new PeriodicWork("writing of configuration files", Round, SaveDueAsync, _time, _logger, onceMoreAtStop: false).Start();
    }

    /// <summary>What can't be saved now, each with the reason; nothing when all is well.</summary>
    public IEnumerable<string> Failures() =>
        _journal.Failure is { } failure ? [failure.Reason] : _tables.Select(table => table.Failure).OfType<string>();

    /// <summary>
    /// Writes all files that are behind; nothing of the journal stays then, and Apache's broker finds everything. Before <see cref="Start"/> nothing is
    /// written: what the journal tells of is not done with by a start that failed.
    /// </summary>
    /// <exception cref="IOException">Not everything could be written: the journal stays, as far as it could be written itself.</exception>
    public async ValueTask DisposeAsync()
    {
        _journal.BeginStop();
        if (_rounds is not null)
        {
            await _rounds.DisposeAsync().ConfigureAwait(false);
        }

        var failures = new List<string>();
        // While the journal could not be written, tables kept changes to themselves.
        var doAll = _journal.Failure is not null;
        foreach (var table in _tables.Where(t => _rounds is not null && (t.Table.IsBehind || doAll && t.Table.IsLoaded)))
        {
            if (await table.RunAsync(atStop: true).ConfigureAwait(false) is { } failure)
            {
                failures.Add(failure);
            }
        }

        await _journal.CloseAsync(isDone: failures.Count == 0).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            throw new IOException($"Not everything is saved: {string.Join("; ", failures)}");
        }
    }

    private ConfigFile File(string name, bool isPrivate) => new(Path.Combine(_path, name), _files, _loggers.CreateLogger<ConfigFile>(), isPrivate);

    /// <summary>Writes the files that are due.</summary>
    internal async ValueTask SaveDueAsync()
    {
        if (_journal.OpenBytes > Math.Max(SegmentBytes, SnapshotsPerSegment * _tables.Sum(table => (long)table.Table.SnapshotBytes)))
        {
            _journal.Roll();
        }

        var closedTo = _journal.ClosedTo;
        foreach (var table in _tables.Where(t => t.IsDue(isPressing: t.Table.OldestNeeded <= closedTo)).ToList())
        {
            var wasWell = table.Failure is null;
            if (await table.RunAsync().ConfigureAwait(false) is { } failure && wasWell)
            {
                Log.BackgroundFailed(_logger, $"writing {table.Table.Path}", new IOException(failure));
            }
        }

        if (closedTo > 0)
        {
            _journal.DeleteDone();
        }
    }
}
