using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Log;

namespace RocketMQ.Store.Dispatch;

/// <summary>
/// Follows the log and lists each record in its consume queue, then tells who listens. Whoever moved the log on takes a turn at it, unless somebody
/// is at it already; a turn has a budget, for that thread has clients of its own to serve: what is left then is handed on to the next append or
/// to the thread pool, whichever comes first. Only memory is touched, but for a queue that is first used. It goes no further than it may: what other
/// brokers have not acknowledged, where they have to, is not seen here either.
/// </summary>
internal sealed class Dispatcher(
    StoreOptions options, CommitLog log, LogFlusher flusher, QueueBuilder builder, WriteGate gate, IStoreParts parts, ILogger logger) : IThreadPoolWorkItem
{
    /// <summary>Records of a turn.</summary>
    private const int TurnRecords = 256;

    /// <summary>After so many records it is looked whether the turn's time is over.</summary>
    private const int RecordsPerLook = 16;

    /// <summary>A turn's time, for listeners that are slow.</summary>
    private static readonly TimeSpan TurnTime = TimeSpan.FromMilliseconds(1);

    private readonly List<ILogDispatcher> _further = [];
    private MessageArrivedHandler[] _arrived = [];
    private long _position;
    private long _lastTimestamp;
    private long _lastRecord = -1;
    private int _busy;
    private int _isHandedOn;
    private int _turnRecords;

    /// <summary>Whether the turn lasts until all is dispatched.</summary>
    private bool _hasNoBudget;
    private long _turnBegan;
    private long _listLimit = long.MaxValue;
    private long _turnLimit;

    /// <summary>Where the record at <see cref="Position"/> ends, once it was found to end beyond the limit.</summary>
    private long _heldEnd;
    private readonly Lock _watching = new();
    private volatile Backlog _backlog;
    private volatile bool _followsFlushes;
    private RecordVisitor? _dispatchOne;

    /// <summary>The topic that begins anew with the next record, and where a record of its old life ends.</summary>
    private (string Topic, long OldEnd)? _renewal;

    /// <summary>Why more waits to be listed than may.</summary>
    private enum Backlog
    {
        None,
        Dispatch,
        Replicas,
    }

    private enum Turn
    {
        /// <summary>It is over; another may begin.</summary>
        Over,

        /// <summary>A topic begins anew; when it has, dispatch goes on.</summary>
        Renews,

        /// <summary>Nobody takes a turn again.</summary>
        Failed,
    }

    public event MessageArrivedHandler MessageArrived
    {
        add => _arrived = [.. _arrived, value];
        remove => _arrived = [.. _arrived.Where(handler => handler != value)];
    }

    /// <summary>Everything before this offset is dispatched.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Store timestamp of the last record dispatched.</summary>
    public long LastTimestamp => Volatile.Read(ref _lastTimestamp);

    /// <summary>Where dispatch is; null while no record is known to lie before it.</summary>
    public ReplayPoint? Point
    {
        get
        {
            while (true)
            {
                var position = Position;
                var last = Volatile.Read(ref _lastRecord);
                if (last < 0)
                {
                    return null;
                }
                // The record's start is written before the position behind it: seen in between, it is not before the position.
                if (position == Position && last < position)
                {
                    return new ReplayPoint(position, last);
                }
            }
        }
    }

    /// <summary>No record that ends beyond this is listed.</summary>
    public long ListLimit => Volatile.Read(ref _listLimit);

    /// <summary>How far the log could be dispatched but for the limit.</summary>
    private long Available => _followsFlushes ? flusher.FlushedOffset : log.WriteOffset;

    /// <summary>The next record ends here or further on.</summary>
    private long NextEnd => Math.Max(Position + 1, Volatile.Read(ref _heldEnd));

    private bool HasWork => NextEnd <= Math.Min(Available, ListLimit);

    public void Add(ILogDispatcher dispatcher) => _further.Add(dispatcher);

    public void StartAt(ReplayPoint point)
    {
        _lastRecord = point.LastRecordOffset;
        Volatile.Write(ref _position, point.PhysicalOffset);
    }

    /// <summary>From now on only what is on the disk is dispatched, as with synchronous flush.</summary>
    public void FollowFlushes() => _followsFlushes = true;

    /// <summary>From now on no record is listed that ends beyond an offset; those that have come within it are, as after an append.</summary>
    public void ListUpTo(long offset)
    {
        // Not a plain write: who appends meanwhile sees the limit, or is seen here.
        Interlocked.Exchange(ref _listLimit, offset);
        Run();
    }

    /// <summary>Takes a turn at what is there, or leaves it to the thread that is at it.</summary>
    public void Run()
    {
        var (records, began) = (0, 0L);
        while (HasWork && Interlocked.CompareExchange(ref _busy, 1, 0) == 0)
        {
            // What comes while this thread is at it is within the same budget.
            (_turnRecords, _turnBegan) = (records, began);
            if (TakeTurn(out var isDone) != Turn.Over)
            {
                return;
            }
            (records, began) = (_turnRecords, _turnBegan);
            Interlocked.Exchange(ref _busy, 0);
            if (!isDone || records >= TurnRecords)
            {
                HandOn();
                break;
            }
        }
        WatchBacklog();
    }

    /// <summary>Dispatches all there may be, in one turn. For recovery and stop, when nobody waits for the thread.</summary>
    public void RunToEnd()
    {
        var wait = new SpinWait();
        while (HasWork && !gate.HasFailed)
        {
            if (Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
            {
                // Somebody's turn is ending.
                wait.SpinOnce();
                continue;
            }
            _hasNoBudget = true;
            var turn = TakeTurn(out _);
            _hasNoBudget = false;
            if (turn == Turn.Failed)
            {
                return;
            }
            if (turn == Turn.Over)
            {
                Interlocked.Exchange(ref _busy, 0);
            }
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isHandedOn, 0);
        Run();
    }

    private void HandOn()
    {
        if (Interlocked.Exchange(ref _isHandedOn, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private Turn TakeTurn(out bool isDone)
    {
        var available = Available;
        _turnLimit = ListLimit;
        isDone = false;
        try
        {
            var reached = LogWalk.Visit(log.Files, _position, available, _dispatchOne ??= DispatchOne);
            if (_renewal is not null)
            {
                // Not on this thread: it waits for the writer of the queues, who may wait for this thread.
                ThreadPool.UnsafeQueueUserWorkItem(static dispatcher => dispatcher.Renew(), this, preferLocal: false);
                return Turn.Renews;
            }
            if (_heldEnd > _position)
            {
                isDone = true;
                return Turn.Over;
            }
            Volatile.Write(ref _position, reached);
            isDone = _position >= available;
            return Turn.Over;
        }
        catch (Exception e)
        {
            // No record stands where one is due, or its bytes cannot be read: nothing after it may be dispatched.
            gate.Fail(e);
            logger.DispatchFailed(_position, e);
            return Turn.Failed;
        }
    }

    private void Renew()
    {
        try
        {
            var (topic, oldEnd) = _renewal!.Value;
            _renewal = null;
            parts.RenewTopic(topic, oldEnd, _position);
        }
        catch (Exception e)
        {
            gate.Fail(e);
            logger.DispatchFailed(_position, e);
            return;
        }
        Interlocked.Exchange(ref _busy, 0);
        Run();
    }

    private void WatchBacklog()
    {
        if (SeeBacklog(out _) == _backlog)
        {
            return;
        }
        lock (_watching)
        {
            var backlog = SeeBacklog(out var behind);
            if (backlog == _backlog)
            {
                return;
            }
            _backlog = backlog;
            var limit = $"the limit is {options.MaxDispatchBehindBytes} (maxDispatchBehindBytes)";
            gate.Set(
                WriteGate.Reason.DispatchBehind,
                backlog == Backlog.Dispatch ? $"{behind} bytes of the log wait to be listed in their queues, {limit}: send slower" : null);
            gate.Set(
                WriteGate.Reason.ReplicasBehind,
                backlog == Backlog.Replicas
                    ? $"{behind} bytes of the log wait to be acknowledged by replicas before they are listed in their queues, {limit}: see why the slaves are behind, or send slower"
                    : null);
        }
    }

    private Backlog SeeBacklog(out long behind)
    {
        behind = Available - Position;
        if (behind > options.MaxDispatchBehindBytes)
        {
            return HasWork ? Backlog.Dispatch : Backlog.Replicas;
        }
        return behind <= options.MaxDispatchBehindBytes / 2 ? Backlog.None : _backlog;
    }

    private bool DispatchOne(in MessageRecord record, long physicalOffset)
    {
        if (physicalOffset + record.Size > _turnLimit)
        {
            Volatile.Write(ref _heldEnd, physicalOffset + record.Size);
            return false;
        }
        try
        {
            if (!TryDispatch(record, physicalOffset))
            {
                return false;
            }
        }
        catch (Exception e)
        {
            // One record's: its queue shows a gap with the next one, and is mended from the log.
            logger.RecordNotDispatched(physicalOffset, e);
        }
        Volatile.Write(ref _lastTimestamp, record.StoreTimestamp);
        Volatile.Write(ref _lastRecord, physicalOffset);
        Volatile.Write(ref _position, physicalOffset + record.Size);
        return _hasNoBudget || (++_turnRecords < TurnRecords && (_turnRecords % RecordsPerLook != 0 || IsWithinTime()));
    }

    /// <summary>The first look begins the time: most turns are over before it, and cost no clock.</summary>
    private bool IsWithinTime()
    {
        if (_turnBegan == 0)
        {
            _turnBegan = Stopwatch.GetTimestamp();
        }
        return Stopwatch.GetElapsedTime(_turnBegan) < TurnTime;
    }

    /// <summary>False when its topic has to begin anew before.</summary>
    private bool TryDispatch(in MessageRecord record, long physicalOffset)
    {
        if (builder.TopicOf(record, physicalOffset) is not { } topic)
        {
            return true;
        }
        var dispatched = new DispatchedRecord(topic.Name, record, physicalOffset, builder.TagsCode(topic, record));
        if (dispatched.IsQueued && builder.Put(topic, record, physicalOffset, dispatched.TagsCode) is >= 0 and var oldEnd)
        {
            _renewal = (topic.Name, oldEnd);
            return false;
        }
        foreach (var further in _further)
        {
            Tell(further, dispatched);
        }
        if (dispatched.IsQueued)
        {
            Announce(dispatched);
            if (builder.HasLightQueues && topic.MayNameLight)
            {
                DispatchLight(dispatched);
            }
        }
        return true;
    }

    /// <summary>Lists a record in the light queues it names, see <see cref="LightQueues"/>, and tells that it can be read there.</summary>
    private void DispatchLight(in DispatchedRecord dispatched)
    {
        foreach (var (light, offset) in builder.PutLight(dispatched))
        {
            Announce(new DispatchedRecord(light.Name, dispatched.Record, dispatched.PhysicalOffset, dispatched.TagsCode, 0, offset));
        }
    }

    private void Announce(in DispatchedRecord dispatched)
    {
        foreach (var handler in _arrived)
        {
            try
            {
                handler(dispatched);
            }
            catch (Exception e)
            {
                logger.ListenerFailed(dispatched.PhysicalOffset, e);
            }
        }
    }

    /// <summary>A listener's fault is its own: the others are told, and the log goes on.</summary>
    private void Tell(ILogDispatcher further, in DispatchedRecord dispatched)
    {
        try
        {
            further.OnRecord(dispatched);
        }
        catch (Exception e)
        {
            logger.ListenerFailed(dispatched.PhysicalOffset, e);
        }
    }
}
