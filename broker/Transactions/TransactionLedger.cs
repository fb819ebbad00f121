using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Transactions;

/// <summary>
/// Which half messages have ended, each known by its offset in the half topic, and the operation records that say so on disk. Whoever
/// decides over a half message does so within <see cref="Enter"/>: so it ends once, even when its producer's word and a check cross.
/// </summary>
public sealed class TransactionLedger(
    BrokerOptions options, MessageStore store, MessagePublisher publisher, MessageHost storeHost, TimeProvider time)
{
    /// <summary>Ended or moved half messages behind the checks' cursor that are remembered, to tell a repeated word from a new one.</summary>
    private const int MaxRemembered = 65_536;

    private readonly Lock _deciding = new();

    /// <summary>Ended half messages and how they ended: commit or rollback, 0 when only an operation record tells.</summary>
    private readonly Dictionary<long, int> _ended = [];
    private readonly Queue<long> _endedOrder = new();

    /// <summary>Where a check put a half message back: from its old offset to the new one.</summary>
    private readonly Dictionary<long, long> _moved = [];
    private readonly Queue<long> _movedOrder = new();

    /// <summary>Ended, but not yet in an operation record.</summary>
    private readonly List<long> _pending = [];

    /// <summary>Operation records that speak of half messages at or behind the cursor: their offset, and the last half message in each.</summary>
    private readonly Queue<(long OperationOffset, long LastHalfOffset)> _records = new();
    private long _nextOperationOffset;
    private long _cursor;

    /// <summary>Bytes that the pending offsets take.</summary>
    private int _pendingBytes;

    /// <summary>
    /// Behind the messages and records that decisions rest on. A word that is repeated is answered by it too: that it was heard before does
    /// not mean that it is on the disk.
    /// </summary>
    internal StoredMark Stored { get; } = new(publisher);

    /// <summary>Holds all decisions until disposal. Nothing is awaited or read from the disk meanwhile.</summary>
    internal Lock.Scope Enter() => _deciding.EnterScope();

    /// <summary>Forgets all: it has to be learnt from the log anew.</summary>
    internal void Forget()
    {
        using var deciding = Enter();
        _ended.Clear();
        _endedOrder.Clear();
        _moved.Clear();
        _movedOrder.Clear();
        _pending.Clear();
        _pendingBytes = 0;
        _records.Clear();
    }

    /// <summary>Learns what the operation records from an offset on say. For the start, before anything is decided.</summary>
    internal void Load(long operationOffset, long cursor)
    {
        using var deciding = Enter();
        _cursor = cursor;
        _nextOperationOffset = operationOffset;
        var halfOffsets = new List<long>();
        while (true)
        {
            using var got = store.Get(SystemTopics.TransactionOp, 0, _nextOperationOffset, 256);
            if (got.Count == 0)
            {
                return;
            }

            for (var i = 0; i < got.Count; i++)
            {
                halfOffsets.Clear();
                if (MessageRecord.TryRead(got[i], out var record) == RecordReadStatus.Ok)
                {
                    OperationMessages.Read(record, halfOffsets);
                }

                Note(got.QueueOffsetAt(i), halfOffsets);
            }

            _nextOperationOffset = got.NextBeginOffset;
        }
    }

    /// <summary>How a half message, or what it was put back as, ended; <see langword="null"/> while it has not.</summary>
    internal int? OutcomeOf(long halfOffset)
    {
        using var deciding = Enter();
        return _ended.TryGetValue(LatestOf(halfOffset), out var outcome) ? outcome : null;
    }

    /// <summary>Where a half message was put back last; its own offset when it never was.</summary>
    internal long LatestOf(long halfOffset)
    {
        using var deciding = Enter();
        while (_moved.TryGetValue(halfOffset, out var next))
        {
            halfOffset = next;
        }

        return halfOffset;
    }

    /// <summary>A half message has ended. On disk that stands after the next flush.</summary>
    internal void End(long halfOffset, int outcome)
    {
        var latest = LatestOf(halfOffset);
        Remember(latest, outcome);
        _pending.Add(latest);
        _pendingBytes += HalfMessages.Utf8(latest).Length + 1;
        if (_pendingBytes >= options.TransactionOpMsgMaxSize)
        {
            Flush();
        }
    }

    /// <summary>A half message was put back at another offset: who speaks of the old one means the new.</summary>
    internal void Move(long halfOffset, long newHalfOffset)
    {
        _moved[halfOffset] = newHalfOffset;
        _movedOrder.Enqueue(halfOffset);
        if (_movedOrder.Count > MaxRemembered)
        {
            _moved.Remove(_movedOrder.Dequeue());
        }
    }

    /// <summary>Writes operation records of all that is pending.</summary>
    /// <returns>False when the store took none; they stay pending.</returns>
    internal bool Flush()
    {
        using var deciding = Enter();
        var written = 0;
        while (written < _pending.Count)
        {
            var (body, count) = OperationMessages.Write(_pending, written, options.TransactionOpMsgMaxSize);
            var published = publisher.Append(new MessageDraft
            {
                Topic = SystemTopics.TransactionOp,
                BornTimestamp = time.GetUtcNow().ToUnixTimeMilliseconds(),
                BornHost = storeHost,
                StoreHost = storeHost,
                Body = body,
                Properties = OperationMessages.Properties,
            });
            if (!published.IsOk)
            {
                break;
            }

            Stored.Note(published);
            _records.Enqueue((published.Appended.QueueOffset, _pending.GetRange(written, count).Max()));
            _nextOperationOffset = published.Appended.QueueOffset + 1;
            written += count;
            _pendingBytes -= body.Length;
        }

        _pending.RemoveRange(0, written);
        return _pending.Count == 0;
    }

    /// <summary>The checks have passed all half messages before <paramref name="cursor"/>.</summary>
    /// <returns>The first operation record that is still needed.</returns>
    internal long Pass(long cursor)
    {
        using var deciding = Enter();
        _cursor = cursor;
        while (_endedOrder.Count > MaxRemembered && _endedOrder.Peek() < cursor)
        {
            _ended.Remove(_endedOrder.Dequeue());
        }

        while (_records.TryPeek(out var record) && record.LastHalfOffset < cursor)
        {
            _records.Dequeue();
        }

        return _records.TryPeek(out var first) ? first.OperationOffset : _nextOperationOffset;
    }

    private void Note(long operationOffset, List<long> halfOffsets)
    {
        var last = -1L;
        foreach (var halfOffset in halfOffsets)
        {
            Remember(halfOffset, 0);
            last = Math.Max(last, halfOffset);
        }

        if (last >= _cursor)
        {
            _records.Enqueue((operationOffset, last));
        }
    }

    private void Remember(long halfOffset, int outcome)
    {
        if (_ended.TryAdd(halfOffset, outcome))
        {
            _endedOrder.Enqueue(halfOffset);
        }
    }
}
