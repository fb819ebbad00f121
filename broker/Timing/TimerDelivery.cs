using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;
using RocketMQ.Store.Timing;

namespace RocketMQ.Broker.Timing;

/// <summary>
/// Delivers timers: what arrives in the timer queue goes into the wheel, and a slot that is over goes to the topics its messages are for. One
/// task does both; it sleeps until a slot is over or a message arrives, and nothing is in memory for a message that waits.
/// </summary>
public sealed class TimerDelivery : IAsyncDisposable
{
    /// <summary>Looked again this often while something waits: a clock may have been set.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>After the store refused a record.</summary>
    private static readonly TimeSpan RefusedWait = TimeSpan.FromSeconds(1);

    /// <summary>While timerStopEnqueue or timerStopDequeue hold something up: either may change at any moment.</summary>
    private static readonly TimeSpan StoppedWait = TimeSpan.FromSeconds(1);

    /// <summary>Until what is in the log is in the timer queue as well.</summary>
    private static readonly TimeSpan DispatchWait = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan CleanInterval = TimeSpan.FromSeconds(30);

    private readonly MessageStore _store;
    private readonly MessagePublisher _publisher;
    private readonly TimerStore _timers;
    private readonly TimerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimerOutput _output;
    private readonly TimerIntake _intake;
    private CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _wakeUps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ITimer _due;
    private readonly ITimer _arrived;

    /// <summary>Arrivals are taken in bunches, so that many of them do not wake the task each.</summary>
    private readonly TimeSpan _bunch;
    private readonly TimeSpan _flushInterval;

    /// <summary>
    /// A moment, and where the log ended then. Once all before that is in the wheel, slots that were over at that moment may be delivered:
    /// whatever takes one of their messages back is in its slot.
    /// </summary>
    private (long TimeMs, long LogEnd) _horizon;
    private bool _isHorizonReached = true;
    private int _hasArrived;
    private long _savedAt;
    private long _cleanedAt;
    private Task _running = Task.CompletedTask;

    public TimerDelivery(
        MessageStore store, MessagePublisher publisher, TimerStore timers, TimerMetrics metrics, MessageHost storeHost, TimeProvider time, ILogger<TimerDelivery> logger)
    {
        _store = store;
        _publisher = publisher;
        _timers = timers;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _output = new TimerOutput(publisher, storeHost, time, logger);
        _intake = new TimerIntake(store, timers, _output, metrics, logger);
        _due = time.CreateTimer(_ => _wakeUps.Writer.TryWrite(true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _arrived = time.CreateTimer(_ => _wakeUps.Writer.TryWrite(true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _bunch = TimeSpan.FromMilliseconds(timers.PrecisionMs / 10);
        _flushInterval = TimeSpan.FromMilliseconds(store.Options.TimerFlushIntervalMs);
        _savedAt = _cleanedAt = time.GetTimestamp();
        Figures = new TimerFigures(timers, () => _intake.Behind, time);
    }

    public TimerFigures Figures { get; }

    /// <summary>Begins, again after each stop, where wheel and queue were left.</summary>
    public void Start()
    {
        _stopping.Dispose();
        _stopping = new CancellationTokenSource();
        _isHorizonReached = true;
        _store.MessageArrived += OnMessageArrived;
        _running = Task.Run(LoopAsync);
    }

    /// <summary>Ends delivery and brings to the disk how far it is.</summary>
    public async ValueTask StopAsync()
    {
        _store.MessageArrived -= OnMessageArrived;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _due.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _arrived.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await SaveAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _due.DisposeAsync().ConfigureAwait(false);
        await _arrived.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Does all there is to do now. Not beside the task that <see cref="Start"/> begins.</summary>
    /// <returns>How long until there may be more; infinite when nothing waits.</returns>
    public TimeSpan RunOnce()
    {
        var options = _store.Options;
        var nowMs = NowMs();
        if (nowMs < _timers.ReadTimeMs)
        {
            // The clock was set back: its times are in front again.
            _timers.ReadTo(_timers.Floor(nowMs));
        }

        var readMs = _timers.ReadTimeMs;
        var taken = TakeUpToHorizon(nowMs, out var isRefused);
        Figures.Enqueued.Add(taken);
        var delivered = 0;
        isRefused |= !options.TimerStopDequeue && _isHorizonReached && !DeliverDue(_timers.Floor(Math.Min(nowMs, _horizon.TimeMs)), ref delivered);
        Figures.Dequeued.Add(delivered);
        if (isRefused)
        {
            return RefusedWait;
        }

        // What was rolled is on its way into the queue again; and what the wheel had no room for may have it now that it turned.
        var hasMoved = taken + delivered > 0 || _timers.ReadTimeMs != readMs;
        return hasMoved && (_intake.Behind > 0 || !_isHorizonReached) && !options.TimerStopEnqueue ? TimeSpan.Zero
            : !_isHorizonReached ? DispatchWait
            : UntilNext();
    }

    /// <summary>Brings to the disk how far delivery is, once what was delivered is there: a crash may deliver twice, never not at all.</summary>
    public async Task SaveAsync()
    {
        if (_timers.IsUnsaved && (await _publisher.WaitOnDiskAsync(_timers.PhysicalEnd).ConfigureAwait(false)).IsStored)
        {
            _timers.Save(NowMs());
            _metrics.Save();
        }

        _savedAt = _time.GetTimestamp();
    }

    /// <summary>Takes what arrived, and sees how far delivery may go.</summary>
    private int TakeUpToHorizon(long nowMs, out bool isRefused)
    {
        isRefused = false;
        if (_isHorizonReached)
        {
            _horizon = (nowMs, _store.MaxPhysicalOffset);
        }

        var isDispatched = _store.DispatchedOffset >= _horizon.LogEnd;
        var isStopped = _store.Options.TimerStopEnqueue;
        var taken = isStopped ? 0 : _intake.Take(nowMs, _stopping.Token, out isRefused);
        _isHorizonReached = isStopped || (isDispatched && !isRefused);
        return taken;
    }

    private void OnMessageArrived(in DispatchedRecord record)
    {
        if (record.Topic == SystemTopics.Timer && Interlocked.Exchange(ref _hasArrived, 1) == 0)
        {
            _arrived.Change(_bunch, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var wait = await StepAsync().ConfigureAwait(false);
            if (wait == TimeSpan.Zero)
            {
                continue;
            }

            _due.Change(wait, Timeout.InfiniteTimeSpan);
            try
            {
                await _wakeUps.Reader.ReadAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <returns>How long to sleep.</returns>
    private async Task<TimeSpan> StepAsync()
    {
        try
        {
            Interlocked.Exchange(ref _hasArrived, 0);
            var wait = RunOnce();
            Clean();
            if (!_timers.IsUnsaved)
            {
                return wait;
            }

            var untilSave = _flushInterval - _time.GetElapsedTime(_savedAt);
            if (untilSave > TimeSpan.Zero)
            {
                return wait < TimeSpan.Zero || wait > untilSave ? untilSave : wait;
            }

            await SaveAsync().ConfigureAwait(false);
            return wait;
        }
        catch (Exception e)
        {
            Log.BackgroundFailed(_logger, "delivery of timers", e);
            return RefusedWait;
        }
    }

    private void Clean()
    {
        if (_time.GetElapsedTime(_cleanedAt) >= CleanInterval)
        {
            _cleanedAt = _time.GetTimestamp();
            _timers.DeleteExpired();
        }
    }

    /// <summary>Delivers the slots before a time.</summary>
    /// <returns>False when the store refused a record.</returns>
    private bool DeliverDue(long endMs, ref int delivered)
    {
        while (_timers.NextTimeMs is { } slotMs && slotMs < endMs)
        {
            if (slotMs > _timers.ReadTimeMs)
            {
                _timers.ReadTo(slotMs);
            }

            if (!DeliverSlot(slotMs, ref delivered, out var rolledEnd))
            {
                return false;
            }

            var slotEndMs = slotMs + _timers.PrecisionMs;
            _timers.ReadTo(slotEndMs);
            if (rolledEnd > 0)
            {
                // The next slot may be the one they go to.
                _horizon = (slotEndMs, rolledEnd);
                _isHorizonReached = false;
                return true;
            }
        }

        _timers.ReadTo(endMs);
        return true;
    }

    /// <summary>Delivers a slot's messages, oldest first, from where it was left.</summary>
    /// <param name="rolledEnd">Where the last record that went back to the timer queue ends in the log; 0 when none did.</param>
    private bool DeliverSlot(long slotMs, ref int delivered, out long rolledEnd)
    {
        rolledEnd = 0;
        var takenBack = TakenBack(slotMs);
        var skip = _timers.SlotDone;
        foreach (var unit in _timers.OldestFirst(slotMs))
        {
            if (unit.IsDelete && !unit.IsRolled || skip-- > 0)
            {
                continue;
            }

            if (_stopping.IsCancellationRequested || !TryDeliver(unit, takenBack, out var physicalEnd))
            {
                return false;
            }

            _timers.Done(physicalEnd);
            rolledEnd = unit.IsRolled ? physicalEnd : rolledEnd;
            delivered++;
        }

        foreach (var recall in takenBack.Values)
        {
            // Counted off when they arrived, and by each message that was not delivered: there may have been none, or copies of it.
            _metrics.Add(recall.Topic, recall.Recalls - recall.Recalled);
        }

        return true;
    }

    /// <summary>The messages of a slot that were taken back, by their keys.</summary>
    private Dictionary<string, TakenBackTimer> TakenBack(long slotMs)
    {
        var keys = new Dictionary<string, TakenBackTimer>(StringComparer.Ordinal);
        foreach (var unit in _timers.NewestFirst(slotMs))
        {
            if (unit.IsDelete && !unit.IsRolled)
            {
                using var lease = _store.Read(unit.PhysicalOffset);
                if (lease.IsValid && MessageRecord.TryRead(lease.Bytes, out var record) == RecordReadStatus.Ok)
                {
                    var key = TimerProperties.Text(record.Properties, TimerProperties.DeleteKey);
                    var topic = TimerProperties.Text(record.Properties, "REAL_TOPIC"u8);
                    // The key is a property that any sender may write: it takes nothing back of a topic that the message was not sent to.
                    var isRight = key.StartsWith(TimerProperties.DeleteKeyOf(topic, ""), StringComparison.Ordinal);
                    if (!keys.TryGetValue(key, out var recall) || (isRight && recall.Topic != topic))
                    {
                        keys[key] = recall = new TakenBackTimer(topic);
                    }

                    recall.Recalls++;
                }
            }
        }

        return keys;
    }

    private bool TryDeliver(in TimerUnit unit, Dictionary<string, TakenBackTimer> takenBack, out long physicalEnd)
    {
        physicalEnd = 0;
        using var lease = _store.Read(unit.PhysicalOffset);
        if (!lease.IsValid || MessageRecord.TryRead(lease.Bytes, out var record) != RecordReadStatus.Ok || record.Size != unit.Size)
        {
            Log.NotDeliverable(_logger, unit.PhysicalOffset);
            return true;
        }

        var topic = TimerProperties.Text(record.Properties, "REAL_TOPIC"u8);
        if (takenBack.Count > 0)
        {
            var key = TimerProperties.DeleteKeyOf(topic, TimerProperties.Text(record.Properties, PropertyNames.Utf8.UniqueKey));
            if (takenBack.TryGetValue(key, out var recall) && recall.Topic == topic)
            {
                // Every one of it: a timer that was rolled when a broker died is rolled again, and there are two.
                recall.Recalled++;
                return true;
            }
        }

        if (!_output.TrySend(record, unit.WriteTimeMs, unit.IsRolled, out physicalEnd))
        {
            return false;
        }

        _metrics.Add(topic, unit.IsDelete ? 1 : -1);
        return true;
    }

    private TimeSpan UntilNext()
    {
        if (_store.Options is { TimerStopEnqueue: true } or { TimerStopDequeue: true })
        {
            return StoppedWait;
        }

        if (_timers.NextTimeMs is not { } slotMs)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var waitMs = Math.Max(1, slotMs + _timers.PrecisionMs - NowMs());
        return waitMs > LongestWait.TotalMilliseconds ? LongestWait : TimeSpan.FromMilliseconds(waitMs);
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="topic">Under which it is counted.</param>
    private sealed class TakenBackTimer(string topic)
    {
        public string Topic => topic;

        public int Recalls { get; set; }

        /// <summary>Messages that are not delivered for it.</summary>
        public int Recalled { get; set; }
    }
}
