using Microsoft.Extensions.Logging;

namespace RocketMQ.Store.Log;

/// <summary>
/// Keeps the append path from waiting for files: creates the first one at start and the next one when half of the active one is used, and
/// brings in pages ahead of the writer. Works on a thread of its own, woken only when there is something to do.
/// </summary>
internal sealed class LogFileMaker : IDisposable
{
    /// <summary>Bytes kept ahead of a slow writer: they are resident, so no more than needed.</summary>
    private const int MinWarmStep = 2 * 1024 * 1024;

    /// <summary>Bytes kept ahead of the fastest writer.</summary>
    private const int MaxWarmStep = 8 * 1024 * 1024;

    /// <summary>Bytes brought in at once for a writer that leaves the time: it takes a core, and others get it in between.</summary>
    private const int WarmPiece = 256 * 1024;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(1);

    /// <summary>A writer that uses a step up faster than this gets larger ones, one that takes ten times as long smaller ones.</summary>
    private static readonly TimeSpan QuickStep = TimeSpan.FromMilliseconds(100);

    /// <summary>After a refusal for lack of space, how long until it is tried again.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly LogFiles _files;
    private readonly WriteGate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Worker _worker;
    private readonly Lock _creating = new();
    private LogFile? _active;
    private LogFile? _next;
    private long _wakeAt = long.MaxValue;
    private int _warmStep = MinWarmStep;
    private long _lastWarm;
    private long _warmedTo;
    private long _writeOffset;
    private long? _refusedAt;

    public LogFileMaker(LogFiles files, WriteGate gate, TimeProvider time, ILogger logger)
    {
        _files = files;
        _gate = gate;
        _time = time;
        _logger = logger;
        _worker = new Worker("store-files", time, logger);
    }

    public void Start()
    {
        _worker.Start(RunRound);
        _worker.Wake();
    }

    /// <summary>An empty log begins at another offset than its beginning: a file that was made ahead is none of its files.</summary>
    public void StartAt(long offset)
    {
        lock (_creating)
        {
            if (_next is { } made && made.BaseOffset != offset)
            {
                _files.Discard(made);
                _next = null;
            }
            _warmedTo = offset;
            Volatile.Write(ref _writeOffset, offset);
        }
    }

    /// <summary>Tells which file is being written. Called under the append lock or before appends.</summary>
    public void Watch(LogFile? active, long writeOffset)
    {
        lock (_creating)
        {
            _active = active;
            _warmedTo = Math.Max(_warmedTo, writeOffset);
        }
        Volatile.Write(ref _writeOffset, writeOffset);
        _worker.Wake();
    }

    /// <summary>Tells how far the log was written; costs a comparison unless there is work.</summary>
    public void OnAppended(long endOffset)
    {
        if (endOffset > Volatile.Read(ref _wakeAt))
        {
            Volatile.Write(ref _wakeAt, long.MaxValue);
            Volatile.Write(ref _writeOffset, endOffset);
            _worker.Wake();
        }
    }

    /// <summary>
    /// The file that follows the one being written: the one made ahead, or a new one. Null when there is no space for it: the gate is closed until
    /// there is.
    /// </summary>
    public LogFile? Take()
    {
        lock (_creating)
        {
            var taken = _next ?? TryCreate();
            _next = null;
            if (taken is null)
            {
                _gate.Set(
                    WriteGate.Reason.NoNextFile,
                    $"there is no space for the next commit log file of {_files.FileSize} bytes (mappedFileSizeCommitLog) in {string.Join(',', _files.Paths.Writable)}: free as much there");
                return null;
            }
            // From here on, not from the next Watch: the maker must not make the file that was just taken once more.
            _active = taken;
            return taken;
        }
    }

    /// <summary>Stops the thread and removes the file made ahead.</summary>
    public void Stop()
    {
        _worker.Stop();
        lock (_creating)
        {
            if (_next is { } unused)
            {
                _files.Discard(unused);
            }
            _next = null;
        }
    }

    public void Dispose() => _worker.Dispose();

    private void RunRound()
    {
        lock (_creating)
        {
            MakeNext();
        }
        Warm();
        lock (_creating)
        {
            Volatile.Write(ref _wakeAt, NextWake());
        }
    }

    /// <summary>Where the writer has to get for the next piece of work.</summary>
    private long NextWake()
    {
        if (_active is not { } active)
        {
            return long.MaxValue;
        }
        var wake = _next is null && !IsNextDue() ? active.BaseOffset + _files.FileSize / 2 : long.MaxValue;
        return _warmedTo < (_next ?? active).EndOffset ? Math.Min(wake, _warmedTo - _warmStep) : wake;
    }

    private void MakeNext()
    {
        if (_next is null && !_worker.IsStopping && (_refusedAt is not null || IsNextDue()))
        {
            _next = TryCreate();
            if (_next is not null && _gate.Set(WriteGate.Reason.NoNextFile, null))
            {
                _logger.LogFileSpaceReturned();
            }
        }
    }

    /// <summary>A log that has no file yet needs one as much as one whose file is half used: reserving it would be time of the first append.</summary>
    private bool IsNextDue() => _active is not { } active || Volatile.Read(ref _writeOffset) - active.BaseOffset >= _files.FileSize / 2;

    private LogFile? TryCreate()
    {
        if (_refusedAt is { } refusedAt && _time.GetElapsedTime(refusedAt) < RetryAfter)
        {
            _worker.WakeAfter(RetryAfter);
            return null;
        }
        var baseOffset = _active?.EndOffset ?? Volatile.Read(ref _writeOffset);
        Exception? refusal = null;
        foreach (var path in _files.Paths.TurnsFor(baseOffset / _files.FileSize))
        {
            try
            {
                var file = _files.Create(path, baseOffset);
                _refusedAt = null;
                _logger.LogFileCreated(file.Path);
                if (refusal is not null)
                {
                    _logger.LogPathPassedOver(path, refusal);
                }
                return file;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                refusal = e;
            }
        }
        if (_refusedAt is null)
        {
            _logger.LogFileRefused(baseOffset, _files.FileSize, refusal!);
        }
        _refusedAt = _time.GetTimestamp();
        _worker.WakeAfter(RetryAfter);
        return null;
    }

    private void Warm()
    {
        LogFile? file;
        long from;
        lock (_creating)
        {
            file = _active;
            from = Math.Max(_warmedTo, Volatile.Read(ref _writeOffset));
            if (file is not null && from >= file.EndOffset)
            {
                file = _next;
            }
            if (file is null || !file.TryLease())
            {
                return;
            }
            // A file that was just taken lies behind all that is known to be written.
            from = Math.Max(from, file.BaseOffset);
            AdaptStep();
            _warmedTo = Math.Min(from + 2L * _warmStep, file.EndOffset);
        }
        try
        {
            Warm(file, from, _warmedTo);
        }
        finally
        {
            file.Release();
        }
    }

    private void Warm(LogFile file, long from, long to)
    {
        // A writer that gets this far meanwhile does not leave the time.
        Volatile.Write(ref _wakeAt, Volatile.Read(ref _writeOffset) + _warmStep / 2);
        for (; from < to && !_worker.Sleep(Breath); from += WarmPiece)
        {
            file.Mapped.Warm(from - file.BaseOffset, Math.Min(WarmPiece, to - from), pageByPage: true);
        }
        if (from >= to)
        {
            return;
        }
        _worker.Wake();
        if (!_worker.IsStopping)
        {
            file.Mapped.Warm(from - file.BaseOffset, to - from, pageByPage: false);
        }
    }

    private void AdaptStep()
    {
        var taken = _time.GetElapsedTime(_lastWarm);
        _lastWarm = _time.GetTimestamp();
        if (taken < QuickStep)
        {
            _warmStep = Math.Min(_warmStep * 2, MaxWarmStep);
        }
        else if (taken > QuickStep * 10)
        {
            _warmStep = Math.Max(_warmStep / 2, MinWarmStep);
        }
    }
}
