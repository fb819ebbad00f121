using Microsoft.Extensions.Logging;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Log;

namespace RocketMQ.Store.Dispatch;

/// <summary>
/// Follows the log and lists each record in its consume queue. No thread of its own: whoever moved the log on dispatches, unless somebody
/// already does, who then takes the new records along. Only memory is touched.
/// </summary>
internal sealed class Dispatcher(CommitLog log, QueueBuilder builder, WriteGate gate, ILogger logger)
{
    private readonly List<ILogDispatcher> _further = [];
    private long _position;
    private long _lastTimestamp;
    private long _lastRecord = -1;
    private int _busy;
    private RecordVisitor? _dispatchOne;

    public event MessageArrivedHandler? MessageArrived;

    /// <summary>How far the log may be dispatched: its end, or with synchronous flush what is on the disk.</summary>
    public Func<long> Limit { get; set; } = () => log.WriteOffset;

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

    /// <summary>Tells that a record can be read from another queue than its own. Within a dispatch only.</summary>
    public void Announce(in DispatchedRecord record) => MessageArrived?.Invoke(record);

    public void Add(ILogDispatcher dispatcher) => _further.Add(dispatcher);

    public void StartAt(ReplayPoint point)
    {
        _lastRecord = point.LastRecordOffset;
        Volatile.Write(ref _position, point.PhysicalOffset);
    }

    /// <summary>Dispatches what is there, or leaves it to the thread that is at it.</summary>
    public void Run()
    {
        while (Position < Limit() && Interlocked.CompareExchange(ref _busy, 1, 0) == 0)
        {
            try
            {
                DispatchTo(Limit());
            }
            catch (Exception e) when (e is CorruptStoreException or IOException)
            {
                gate.Fail(e);
                logger.DispatchFailed(_position, e);
                // Stays busy: nothing after a bad record may be dispatched.
                return;
            }
            Interlocked.Exchange(ref _busy, 0);
        }
    }

    private void DispatchTo(long limit) =>
        Volatile.Write(ref _position, LogWalk.Visit(log.Files, _position, limit, _dispatchOne ??= DispatchOne));

    private void DispatchOne(in MessageRecord record, long physicalOffset)
    {
        Dispatch(record, physicalOffset);
        Volatile.Write(ref _lastTimestamp, record.StoreTimestamp);
        Volatile.Write(ref _lastRecord, physicalOffset);
        Volatile.Write(ref _position, physicalOffset + record.Size);
    }

    private void Dispatch(in MessageRecord record, long physicalOffset)
    {
        var topic = builder.TopicOf(record);
        if (topic is null)
        {
            return;
        }
        var dispatched = new DispatchedRecord(topic.Name, record, physicalOffset, builder.TagsCode(topic, record));
        if (dispatched.IsQueued)
        {
            QueueBuilder.Put(topic, record, physicalOffset, dispatched.TagsCode);
        }
        Tell(dispatched);
    }

    private void Tell(in DispatchedRecord dispatched)
    {
        try
        {
            foreach (var further in _further)
            {
                further.OnRecord(dispatched);
            }
            if (dispatched.IsQueued)
            {
                MessageArrived?.Invoke(dispatched);
            }
        }
        catch (Exception e)
        {
            // A listener's fault is its own: the log goes on.
            logger.ListenerFailed(dispatched.PhysicalOffset, e);
        }
    }
}
