using System.Buffers;
using Microsoft.Extensions.Logging;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Shipping;

/// <summary>
/// One slave that follows the log. It says up to where it has it, and gets what comes then: out of the mapped files into the connection, in frames that end
/// where a file ends or haTransferBatchSize does, wherever in a record that is. What it says later only counts for those who wait for it.
/// </summary>
internal sealed class SlaveLink
{
    /// <summary>Frames that leave together.</summary>
    private const int FramesPerFlush = 8;

    private readonly ITransportConnection _connection;
    private readonly ISlaveDialect _dialect;
    private readonly MessageStore _store;
    private readonly ReplicationOptions _options;
    private readonly ShippingRate _rate;
    private readonly Action _reported;
    private readonly Action<SlaveLink> _met;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private readonly Bell _bell = new();
    private readonly TransferRate _transferred;
    private string? _ended;
    private long _acknowledged = -1;
    private long _next = -1;
    private long _lastHeard;
    private long _lastSaid;
    private bool _hasMet;
    private bool _isOwedWord;
    private bool _areNewsDue;

    /// <summary>Where the log ended, and when, as a transfer began that the slave has not all of yet; −1 when there is none.</summary>
    private long _endAtTransfer = -1;
    private long _transferAt;
    private long _caughtUpAt;

    /// <param name="connection">The connection.</param>
    /// <param name="dialect">How the slave talks.</param>
    /// <param name="store">Whose log it follows.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="rate">What may be shipped.</param>
    /// <param name="reported">Called when it has said that it has more.</param>
    /// <param name="met">Called when it has said who it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="throttle">How much of it anybody may fill who connects.</param>
    public SlaveLink(
        ITransportConnection connection, ISlaveDialect dialect, MessageStore store, ReplicationOptions options, ShippingRate rate, Action reported,
        Action<SlaveLink> met, TimeProvider time, ILogger logger, LogThrottle throttle)
    {
        _connection = connection;
        _dialect = dialect;
        _store = store;
        _options = options;
        _rate = rate;
        _reported = reported;
        _met = met;
        _time = time;
        _logger = logger;
        _throttle = throttle;
        _transferred = new TransferRate(time);
        _lastHeard = _lastSaid = _caughtUpAt = time.GetTimestamp();
        Address = connection.RemoteEndPoint?.ToString() ?? "";
    }

    /// <summary>Where it connects from.</summary>
    public string Address { get; }

    /// <summary>Up to where it has the log; −1 while it has not said so, or says what can't be.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Whether it has ever said where it is: who has not may be anybody.</summary>
    public bool HasReported => Volatile.Read(ref _next) >= 0;

    /// <summary>Whether it has said anything that a slave says.</summary>
    public bool HasSpoken => HasReported || BrokerId is not null;

    /// <summary>The id that the controller gave it; null before it has said so, or without a controller.</summary>
    public long? BrokerId => _dialect.BrokerId;

    /// <summary>Whether it follows, and is never to be in the sync-state set.</summary>
    public bool IsLearner => _dialect.IsLearner;

    /// <summary>When (a timestamp of the clock) it last had all that was here as a transfer to it began; until it has, when it came.</summary>
    public long CaughtUpAt => Acknowledged >= _store.MaxPhysicalOffset ? _time.GetTimestamp() : Volatile.Read(ref _caughtUpAt);

    /// <summary>Whether its end has begun.</summary>
    public bool IsEnding => Volatile.Read(ref _ended) is not null;

    /// <summary>Whether it has the log up to an offset but for so many bytes. A learner does not count, however near it is.</summary>
    public bool IsNear(long end, long gap) => !IsLearner && Acknowledged is >= 0 and var offset && end - offset < gap;

    /// <summary>What it is sent next.</summary>
    public long Next => Volatile.Read(ref _next);

    public long TransferredInSecond => _transferred.InSecond;

    /// <summary>The log has grown.</summary>
    public void OnLogGrew() => _bell.Ring();

    /// <summary>It is told what it may not know yet, whether or not there is more of the log.</summary>
    public void OnNews()
    {
        Volatile.Write(ref _areNewsDue, true);
        _bell.Ring();
    }

    public void End(string reason)
    {
        Interlocked.CompareExchange(ref _ended, reason, null);
        _connection.Abort(reason);
        _bell.Ring();
    }

    /// <summary>Serves it until either side ends it.</summary>
    public async Task RunAsync()
    {
        var timer = _time.CreateTimer(static link => ((SlaveLink)link!).Watch(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Watching = timer;
        Watch();
        await Task.WhenAll(UntilEndedAsync(ShipAsync), UntilEndedAsync(ReadAsync)).ConfigureAwait(false);
        await timer.DisposeAsync().ConfigureAwait(false);
        if (_throttle.Allows())
        {
            Log.SlaveGone(_logger, Address, Acknowledged, _ended);
        }

        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private ITimer? Watching { get; set; }

    /// <summary>Either direction ends the other.</summary>
    private async Task UntilEndedAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            End(e.Message);
        }
    }

    /// <summary>Wakes for the next word to say, and ends a connection on which nothing came.</summary>
    private void Watch()
    {
        var silent = _time.GetElapsedTime(Volatile.Read(ref _lastHeard));
        var housekeeping = TimeSpan.FromMilliseconds(_options.HaHousekeepingInterval);
        if (silent >= housekeeping)
        {
            End($"nothing came from it for {silent.TotalSeconds:0} s (haHousekeepingInterval)");
            return;
        }

        var due = IsWordDue(out var left);
        if (due)
        {
            _bell.Ring();
        }

        var next = due ? TimeSpan.FromMilliseconds(_options.HaSendHeartbeatInterval) : left;
        Watching?.Change(next < housekeeping - silent ? next : housekeeping - silent, Timeout.InfiniteTimeSpan);
    }

    private bool IsWordDue(out TimeSpan left)
    {
        left = TimeSpan.FromMilliseconds(_options.HaSendHeartbeatInterval) - _time.GetElapsedTime(Volatile.Read(ref _lastSaid));
        return left <= TimeSpan.Zero;
    }

    private async Task ReadAsync()
    {
        while (_ended is null)
        {
            var read = await _connection.Input.ReadAsync().ConfigureAwait(false);
            var input = read.Buffer;
            while (_ended is null && _dialect.TryTake(ref input, out var offset, out var fault))
            {
                Volatile.Write(ref _lastHeard, _time.GetTimestamp());
                if (fault is not null)
                {
                    End(fault);
                }
                else if (offset is { } reported)
                {
                    OnReport(reported);
                }
                else if (!_hasMet)
                {
                    _hasMet = true;
                    _met(this);
                    _bell.Ring();
                }
            }

            _connection.Input.AdvanceTo(input.Start, input.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                // A slave that only reads is none: it could not say what it has.
                End("it has closed the connection");
            }
        }
    }

    private void OnReport(long offset)
    {
        var (end, isFirst) = (_store.MaxPhysicalOffset, !HasReported);
        if (offset < 0 || (offset > end && (!isFirst || BrokerId is not null)))
        {
            End(offset < 0 ? $"it says that it has {offset} bytes of the log" : Ahead(offset, end));
            return;
        }

        if (offset > end)
        {
            // The next word decides: without a controller Apache's slaves repeat it for ever, and reconnect at once when they are turned away.
            if (_throttle.Allows())
            {
                Log.SlaveRefused(_logger, Address, Ahead(offset, end));
            }
        }
        else
        {
            Volatile.Write(ref _acknowledged, offset);
            if (Volatile.Read(ref _endAtTransfer) is >= 0 and var wanted && offset >= wanted)
            {
                Volatile.Write(ref _caughtUpAt, _transferAt);
                Volatile.Write(ref _endAtTransfer, -1);
            }
        }

        if (isFirst)
        {
            Start(offset);
        }

        _reported();
    }

    private static string Ahead(long offset, long end) =>
        $"it has the log up to {offset}, which ends at {end} here: it followed another master, or this one has lost its store. Empty the slave's store";

    private void Start(long offset)
    {
        var next = _dialect.Start(offset);
        if (next < _store.MinPhysicalOffset)
        {
            End($"it has the log up to {next}, which begins at {_store.MinPhysicalOffset} here: what lies between is deleted. Empty the slave's store");
            return;
        }

        if (_throttle.Allows())
        {
            Log.SlaveCame(_logger, Address, offset, next);
        }

        _isOwedWord = _dialect.BeginsWithoutBytes;
        Volatile.Write(ref _next, next);
        _bell.Ring();
    }

    private async Task ShipAsync()
    {
        var wait = TimeSpan.Zero;
        while (_ended is null)
        {
            var isWordDue = IsWordDue(out _);

            // Looked at first: who has reported may be owed an answer all the same.
            var hasReported = HasReported;
            if (_dialect.TryAnswer(_connection.Output) || (hasReported && (TryWriteFirst() || TryWrite(out wait) || ((isWordDue || AreNewsDue()) && TryWriteWord()))))
            {
                Volatile.Write(ref _lastSaid, _time.GetTimestamp());
                var flushed = await _connection.Output.FlushAsync().ConfigureAwait(false);
                if (flushed.IsCompleted || flushed.IsCanceled)
                {
                    End("it has closed the connection");
                }
            }
            else if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, _time).ConfigureAwait(false);
                wait = TimeSpan.Zero;
            }
            else
            {
                await _bell.WaitAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes what comes next in the log, as much as leaves together; false when there is nothing, or it has to wait.</summary>
    private bool TryWrite(out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (Volatile.Read(ref _endAtTransfer) < 0 && _store.MaxPhysicalOffset is var end && end > _next)
        {
            _transferAt = _time.GetTimestamp();
            Volatile.Write(ref _endAtTransfer, end);
        }

        var frames = 0;
        for (; frames < FramesPerFlush; frames++)
        {
            var may = _rate.Take(_options.HaTransferBatchSize, out wait);
            using var bytes = may > 0 ? _store.LeaseLog(_next, _dialect.Fit(_next, may)) : default;
            _rate.Return(may - bytes.Bytes.Length);
            if (!bytes.IsValid)
            {
                if (_next < _store.MinPhysicalOffset)
                {
                    End($"offset {_next}, which it gets next, is deleted here: it was too slow");
                }

                wait = may > 0 ? TimeSpan.Zero : wait;
                break;
            }

            _dialect.WriteHead(_connection.Output, _next, bytes.Bytes.Length);
            _connection.Output.Write(bytes.Bytes);
            _transferred.Add(bytes.Bytes.Length);
            Volatile.Write(ref _next, _next + bytes.Bytes.Length);
        }

        return frames > 0;
    }

    private bool AreNewsDue() => Interlocked.Exchange(ref _areNewsDue, false) && _dialect.HasNews(_next);

    private bool TryWriteFirst()
    {
        var isOwed = _isOwedWord;
        _isOwedWord = false;
        return isOwed && TryWriteWord();
    }

    private bool TryWriteWord()
    {
        _dialect.WriteHead(_connection.Output, _next, 0);
        return true;
    }
}
