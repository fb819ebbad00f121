using System.Buffers;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store;
using RocketMQ.Store.Replication;

namespace RocketMQ.Broker.Replication.Following;

/// <summary>
/// A connection to the master: says up to where the log is here, and puts what comes behind that. The bytes go from the connection into their place in the
/// log's file, as they come; of what has come together only the end is reported.
/// </summary>
internal sealed class MasterLink : IAsyncDisposable
{
    /// <summary>No master sends as much in a frame: what says so is something else.</summary>
    private const int MaxFrameSize = 64 * 1024 * 1024;

    /// <summary>While the store takes nothing (its disk is full, its queues are behind), it is asked again so often.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    private readonly ITransportConnection _connection;
    private readonly IMasterDialect _dialect;
    private readonly Action _met;
    private readonly MessageStore _store;
    private readonly ReplicationOptions _options;
    private readonly TimeProvider _time;
    private readonly bool _reportsWhatIsFlushed;
    private readonly SemaphoreSlim _saying = new(1);
    private readonly TransferRate _transferred;
    private string? _ended;
    private volatile bool _hasMet;
    private LogFrame _frame;
    private int _left;
    private long _lastHeard;
    private long _lastSaid;

    /// <param name="connection">The connection.</param>
    /// <param name="dialect">How the master talks.</param>
    /// <param name="met">Called when the master is told from where on the log is wanted.</param>
    /// <param name="store">Where the log goes.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="time">The clock.</param>
    public MasterLink(ITransportConnection connection, IMasterDialect dialect, Action met, MessageStore store, ReplicationOptions options, TimeProvider time)
    {
        _connection = connection;
        _dialect = dialect;
        _met = met;
        _store = store;
        _options = options;
        _time = time;
        _reportsWhatIsFlushed = store.Options.FlushDiskType == FlushDiskType.SyncFlush;
        _transferred = new TransferRate(time);
        _lastHeard = _lastSaid = time.GetTimestamp();
        LastReadMs = LastWriteMs = Now;
    }

    /// <summary>Whether the log is followed: the master has been told from where on.</summary>
    public bool HasMet => _hasMet;

    /// <summary>Whether the master has sent anything of its log.</summary>
    public bool HasReceived { get; private set; }

    /// <summary>Where this log has to be cut before it can follow the master.</summary>
    public long? Cut { get; private set; }

    public long TransferredInSecond => _transferred.InSecond;

    /// <summary>When something came last, ms since 1970.</summary>
    public long LastReadMs { get; private set; }

    /// <summary>When something was said last, ms since 1970.</summary>
    public long LastWriteMs { get; private set; }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Follows until either side ends it.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Why it ended.</returns>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        await using var ending = cancellationToken.Register(() => End("the broker stops, or is no slave any more")).ConfigureAwait(false);
        await using var timer = _time.CreateTimer(_ => _ = WatchAsync(), null, Step, Step).ConfigureAwait(false);
        try
        {
            var meeting = await _dialect.MeetAsync(_connection).ConfigureAwait(false);
            Cut = meeting.Cut;
            if (meeting.WhyNot is { } reason)
            {
                End(reason);
            }
            else if (await IsOnDiskAsync().ConfigureAwait(false))
            {
                await SayAsync(meeting.From).ConfigureAwait(false);
                _hasMet = true;
                _met();
                await ReadAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            End(e.Message);
        }

        return _ended!;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        _saying.Dispose();
    }

    /// <summary>Often enough that a word is said, and silence seen, in time.</summary>
    private TimeSpan Step => TimeSpan.FromMilliseconds(Math.Max(1, Math.Min(_options.HaSendHeartbeatInterval, _options.HaHousekeepingInterval) / 5));

    public void End(string reason)
    {
        Interlocked.CompareExchange(ref _ended, reason, null);
        _connection.Abort(reason);
    }

    private async Task WatchAsync()
    {
        var silent = _time.GetElapsedTime(Volatile.Read(ref _lastHeard));
        if (silent >= TimeSpan.FromMilliseconds(_options.HaHousekeepingInterval))
        {
            End($"nothing came from it for {silent.TotalSeconds:0} s (haHousekeepingInterval)");
        }
        else if (_hasMet && _time.GetElapsedTime(Volatile.Read(ref _lastSaid)) >= TimeSpan.FromMilliseconds(_options.HaSendHeartbeatInterval))
        {
            await ReportAsync().ConfigureAwait(false);
        }
    }

    private async Task ReadAsync()
    {
        while (_ended is null)
        {
            var read = await _connection.Input.ReadAsync().ConfigureAwait(false);
            var input = read.Buffer;
            if (!input.IsEmpty)
            {
                Volatile.Write(ref _lastHeard, _time.GetTimestamp());
                LastReadMs = Now;
            }

            var hasTaken = await TakeAsync(input).ConfigureAwait(false);
            if (hasTaken && _ended is null)
            {
                await ReportAsync().ConfigureAwait(false);
            }

            if (read.IsCompleted || read.IsCanceled)
            {
                End("the master has closed the connection");
            }
        }
    }

    /// <summary>Takes all that has come but for a head in pieces; whether there was something of the log.</summary>
    private async ValueTask<bool> TakeAsync(ReadOnlySequence<byte> input)
    {
        var hasTaken = false;
        while (_ended is null)
        {
            if (_left == 0)
            {
                if (!_dialect.TryTake(ref input, out _frame, out var fault))
                {
                    if (fault is not null)
                    {
                        End(fault);
                    }

                    break;
                }

                if ((WhyNot(_frame) ?? await _dialect.BeginAsync(_frame).ConfigureAwait(false)) is { } reason)
                {
                    End(reason);
                    break;
                }

                _left = _frame.Size;
                if (_left == 0)
                {
                    _dialect.End();
                }

                continue;
            }

            if (input.IsEmpty)
            {
                break;
            }

            var part = input.First;
            part = part.Length > _left ? part[.._left] : part;
            await ReceiveAsync(_frame.Offset + _frame.Size - _left, part).ConfigureAwait(false);
            _left -= part.Length;
            input = input.Slice(part.Length);
            hasTaken = true;
            if (_left == 0 && _ended is null)
            {
                _dialect.End();
            }
        }

        _connection.Input.AdvanceTo(input.Start, input.End);
        return hasTaken;
    }

    /// <summary>A word without bytes names where the master would go on: where that is not the end here, the two logs do not fit.</summary>
    private string? WhyNot(in LogFrame frame) =>
        frame.Size is < 0 or > MaxFrameSize ? $"it announces {frame.Size} bytes of its log"
        : frame.Size == 0 && _store.ReceivedOffset != 0 && frame.Offset != _store.ReceivedOffset ? $"it goes on at {frame.Offset}, and the log ends at {_store.ReceivedOffset} here"
        : null;

    private async ValueTask ReceiveAsync(long offset, ReadOnlyMemory<byte> bytes)
    {
        while (_ended is null)
        {
            var status = _store.Receive(offset, bytes.Span, out var fault);
            if (status == ReceiveStatus.Ok)
            {
                HasReceived = true;
                _transferred.Add(bytes.Length);
                return;
            }

            if (status != ReceiveStatus.NotWritable)
            {
                End(fault!);
                return;
            }

            // Some of it may be there already.
            var taken = (int)Math.Clamp(_store.ReceivedOffset - offset, 0, bytes.Length);
            (offset, bytes) = (offset + taken, bytes[taken..]);
            await Task.Delay(Breath, _time).ConfigureAwait(false);
        }
    }

    /// <summary>With SYNC_FLUSH what is on the disk, else what is here.</summary>
    private async Task ReportAsync()
    {
        if (await IsOnDiskAsync().ConfigureAwait(false))
        {
            await SayAsync(_reportsWhatIsFlushed ? _store.FlushedOffset : _store.ReceivedOffset).ConfigureAwait(false);
        }
    }

    /// <summary>Where it is to be on the disk: waits for that. False when it will never be.</summary>
    private async ValueTask<bool> IsOnDiskAsync()
    {
        if (!_reportsWhatIsFlushed || await _store.WaitFlushedAsync(_store.MaxPhysicalOffset).ConfigureAwait(false) != FlushResult.Failed)
        {
            return true;
        }

        End("the disk has failed, or the store stops");
        return false;
    }

    private async Task SayAsync(long offset)
    {
        await _saying.WaitAsync().ConfigureAwait(false);
        try
        {
            _dialect.Report(_connection.Output, offset);
            Volatile.Write(ref _lastSaid, _time.GetTimestamp());
            LastWriteMs = Now;
            await _connection.Output.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            End(e.Message);
        }
        finally
        {
            _saying.Release();
        }
    }
}
