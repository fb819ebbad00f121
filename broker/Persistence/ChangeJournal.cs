using System.Buffers;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Core;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Persistence;

/// <summary>
/// The changes of all tables in the order they were made, appended to files of its own under <c>config/changes</c>. One task writes: all
/// changes that wait meanwhile share the next write and flush. A change is made on any thread and never blocks; who has to know that it is
/// durable waits for its sequence. What could not be written is tried again until it can, and everything behind it waits.
/// </summary>
public sealed class ChangeJournal
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);

    /// <summary>Clients wait 3 s for an answer, and should hear why there is none.</summary>
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    /// <summary>A buffer that had to grow beyond this is not kept.</summary>
    private const int KeptBytes = 4 * 1024 * 1024;

    private static readonly Task<Refusal?> Done = Task.FromResult<Refusal?>(null);

    private readonly IStoreFileSystem _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TableHistory> _history = new(StringComparer.Ordinal);
    private readonly List<JournalledFile> _tables = [];

    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Oldest first; the last one may be open.</summary>
    private readonly List<JournalSegment> _segments;
    private JournalSegment? _open;
    private long _lastNumber;
    private bool _areNamesKnown;

    private ArrayBufferWriter<byte> _pending = new();
    private ArrayBufferWriter<byte> _writing = new();
    private TaskCompletionSource<Refusal?>? _pendingWritten;
    private TaskCompletionSource<Refusal?>? _writingWritten;
    private long _sequence;
    private long _writingTo;
    private long _durable;
    private bool _isRunning;
    private bool _rolls;
    private bool _hasGivenUp;
    private bool _isStarted;
    private Task _writer = Task.CompletedTask;
    private volatile JournalFailure? _failure;

    private ChangeJournal(string directory, IStoreFileSystem files, TimeProvider time, ILogger logger)
    {
        Path = directory;
        _files = files;
        _time = time;
        _logger = logger;
        _segments = JournalReader.Read(directory, files, _history, out _lastNumber, out _sequence);
        if (_segments.Count > 0)
        {
            // A table's file may have been put in its place just before a kill: what the journal makes of it must not be undone by a power failure.
            files.FlushDirectory(System.IO.Path.GetDirectoryName(directory)!);
        }

        _durable = _writingTo = _sequence;
    }

    /// <summary>The directory of its files.</summary>
    internal string Path { get; }

    /// <summary>Why changes are not durable now; <see langword="null"/> while they are.</summary>
    internal JournalFailure? Failure => _failure;

    /// <summary>Bytes on the disk since the last segment began.</summary>
    internal long OpenBytes => Volatile.Read(ref _open)?.Length ?? 0;

    /// <summary>The last change in segments that are not written any more; 0 when there are none.</summary>
    internal long ClosedTo
    {
        get
        {
            lock (_lock)
            {
                return _segments.Count > (_open is null ? 0 : 1) ? _segments[_open is null ? ^1 : ^2].LastSequence : 0;
            }
        }
    }

    /// <summary>Reads what an earlier run left. Blocks on the disk.</summary>
    public static ChangeJournal Open(string directory, IStoreFileSystem files, TimeProvider time, ILogger logger) => new(directory, files, time, logger);

    /// <summary>Whether a change is on the disk.</summary>
    internal bool IsDurable(long sequence) => sequence <= Volatile.Read(ref _durable);

    /// <summary>Completes when a change is on the disk, or with why it is not after one more attempt.</summary>
    internal Task<Refusal?> WaitAsync(long sequence)
    {
        if (IsDurable(sequence))
        {
            return Done;
        }

        lock (_lock)
        {
            ref var written = ref sequence <= _writingTo ? ref _writingWritten : ref _pendingWritten;
            return IsDurable(sequence) ? Done
                : _hasGivenUp ? Task.FromResult<Refusal?>(Refusal(_failure!))
                : (written ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>What an earlier run left of a table; forgotten with that.</summary>
    internal TableHistory Take(string table)
    {
        lock (_lock)
        {
            return _history.Remove(table, out var history) ? history : new TableHistory();
        }
    }

    /// <summary>All tables are there: what was left of others is not needed any more.</summary>
    internal void Start()
    {
        lock (_lock)
        {
            _history.Clear();
            _isStarted = true;
        }
    }

    /// <summary>From now on a table's changes continue what its file holds.</summary>
    internal void Add(JournalledFile table)
    {
        lock (_lock)
        {
            _tables.Add(table);
            ChangeFrame.WriteSnapshot(_pending, _sequence, table.Name, table.Mark);
            Wake();
        }
    }

    /// <returns>The change's sequence, to wait for.</returns>
    internal long Put(JournalledFile table, string key, ReadOnlySpan<byte> value)
    {
        lock (_lock)
        {
            ChangeFrame.WritePut(_pending, _sequence + 1, table.Name, key, value);
            return Changed(table);
        }
    }

    /// <returns>The change's sequence, to wait for.</returns>
    internal long Remove(JournalledFile table, string key)
    {
        lock (_lock)
        {
            ChangeFrame.WriteRemove(_pending, _sequence + 1, table.Name, key);
            return Changed(table);
        }
    }

    /// <summary>A table's file is about to be replaced; once that is known, the journal continues the old content and the new.</summary>
    internal Task<Refusal?> Announce(JournalledFile table, SnapshotMark mark)
    {
        long sequence;
        lock (_lock)
        {
            table.Announced = mark;
            sequence = ++_sequence;
            ChangeFrame.WriteSnapshot(_pending, sequence, table.Name, mark);
            Wake();
        }

        return WaitAsync(sequence);
    }

    /// <summary>A table's file is replaced.</summary>
    internal void Replaced(JournalledFile table, SnapshotMark mark)
    {
        lock (_lock)
        {
            table.Mark = mark;
            table.Announced = null;
        }
    }

    /// <summary>The next change begins a new segment.</summary>
    internal void Roll()
    {
        lock (_lock)
        {
            _rolls = true;
        }
    }

    /// <summary>Deletes segments whose changes all stand in the files.</summary>
    internal void DeleteDone()
    {
        List<JournalSegment> done = [];
        lock (_lock)
        {
            var needed = _tables.Select(table => table.OldestNeeded).DefaultIfEmpty(long.MaxValue).Min();
            while (_segments.Count > 0 && _segments[0] != _open && _segments[0].LastSequence < needed)
            {
                done.Add(_segments[0]);
                _segments.RemoveAt(0);
            }
        }

        Delete(done);
    }

    /// <summary>From now on what can't be written is tried once more, and then given up.</summary>
    internal void BeginStop() => _stopping.TrySetResult();

    /// <summary>Waits for the writer. When everything stands in the files, nothing is left of the journal, unless a start failed before all was read.</summary>
    internal async Task CloseAsync(bool isDone)
    {
        await _writer.ConfigureAwait(false);
        _open?.Dispose();
        _open = null;
        if (isDone && _isStarted)
        {
            Delete(_segments);
        }
    }

    /// <summary>The oldest go first, each for certain: what is left always ends with how the files are.</summary>
    private void Delete(List<JournalSegment> segments)
    {
        foreach (var segment in segments)
        {
            _files.DeleteFile(segment.Path);
            _files.FlushDirectory(Path);
        }
    }

    private long Changed(JournalledFile table)
    {
        table.Changed(++_sequence);
        Wake();
        return _sequence;
    }

    /// <summary>Under the lock.</summary>
    private void Wake()
    {
        if (!_isRunning)
        {
            _isRunning = true;
            _writer = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        var retry = FirstRetry;
        while (TakePending())
        {
            try
            {
                Write();
                retry = FirstRetry;
            }
            catch (Exception e)
            {
                Fail(e);
                if (_hasGivenUp)
                {
                    return;
                }

                await Task.WhenAny(Task.Delay(retry, _time), _stopping.Task).ConfigureAwait(false);
                retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
            }
        }
    }

    /// <returns>False when there is nothing to write.</returns>
    private bool TakePending()
    {
        lock (_lock)
        {
            if (_writing.WrittenCount == 0)
            {
                (_writing, _pending) = (_pending, _writing.Capacity > KeptBytes ? new() : _writing);
                (_writingWritten, _pendingWritten) = (_pendingWritten, null);
                _writingTo = _sequence;
            }

            _isRunning = _writing.WrittenCount > 0;
            return _isRunning;
        }
    }

    private void Write()
    {
        if (_rolls || _open is null)
        {
            Begin();
        }
        else
        {
            _open.Append(_writing.WrittenSpan);
        }

        TaskCompletionSource<Refusal?>? written;
        lock (_lock)
        {
            _failure = null;
            _open!.LastSequence = _writingTo;
            Volatile.Write(ref _durable, _writingTo);
            _writing.ResetWrittenCount();
            (written, _writingWritten) = (_writingWritten, null);
        }

        written?.SetResult(null);
    }

    /// <summary>Begins a segment, which says first what all files hold, so that it can be read without those before it.</summary>
    private void Begin()
    {
        _open?.Dispose();
        _open = null;
        var first = new ArrayBufferWriter<byte>();
        first.Write(JournalReader.Magic);
        lock (_lock)
        {
            foreach (var table in _tables)
            {
                ChangeFrame.WriteSnapshot(first, 0, table.Name, table.Mark);
                if (table.Announced is { } announced)
                {
                    ChangeFrame.WriteSnapshot(first, 0, table.Name, announced);
                }
            }
        }

        first.Write(_writing.WrittenSpan);
        _files.CreateDirectory(Path);
        var path = JournalReader.PathOf(Path, _lastNumber + 1);
        // Users change, too, with their passwords.
        var file = _files.OpenFile(path, create: true, isPrivate: true);
        var segment = new JournalSegment(path, file);
        try
        {
            file.SetLength(0);
            segment.Append(first.WrittenSpan);
            FlushNames();
        }
        catch
        {
            segment.Dispose();
            throw;
        }

        lock (_lock)
        {
            _lastNumber++;
            _segments.Add(segment);
            Volatile.Write(ref _open, segment);
            _rolls = false;
        }
    }

    private void FlushNames()
    {
        _files.FlushDirectory(Path);
        if (!_areNamesKnown)
        {
            // The directories may be as new as the segment.
            var config = System.IO.Path.GetDirectoryName(Path)!;
            _files.FlushDirectory(config);
            _files.FlushDirectory(System.IO.Path.GetDirectoryName(config)!);
            _areNamesKnown = true;
        }
    }

    private void Fail(Exception exception)
    {
        if (_failure is null)
        {
            Log.BackgroundFailed(_logger, $"writing {Path}", exception);
        }

        // What its disk holds is not known any more: the next attempt begins another.
        _open?.Dispose();
        Volatile.Write(ref _open, null);
        var since = _failure?.Since ?? _time.GetTimestamp();
        _failure = new JournalFailure($"{Path} can't be written: {exception.Message}", since);
        TaskCompletionSource<Refusal?>?[] waiting;
        lock (_lock)
        {
            _hasGivenUp = _stopping.Task.IsCompleted;
            waiting = [_writingWritten, _pendingWritten];
            _writingWritten = _pendingWritten = null;
        }

        foreach (var one in waiting)
        {
            one?.SetResult(Refusal(_failure));
        }
    }

    private static Refusal Refusal(JournalFailure failure) => new(
        RefusalKind.SystemError, $"The change is in force but not saved, and a restart may lose it: {failure.Reason} It is tried again until it succeeds.");
}
