using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Offsets;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// Follows one queue of the revive topic and matches acknowledgements to checkpoints. A checkpoint arrives a second before its messages
/// are due again and its acknowledgements when they are; so once everything that was due <see cref="GraceMs"/> after it has been read,
/// what is not acknowledged comes back. Memory holds the checkpoints of those few seconds, however many are hidden at a time.
/// </summary>
/// <remarks>
/// The offset that is committed, for <see cref="PopTopics.ReviveGroup"/>, is the last that is done with: reading goes on after it.
/// It stays before the first checkpoint still waiting, so a restart reads again what memory held.
/// </remarks>
internal sealed class ReviveQueue
{
    /// <summary>How long after its revive time a checkpoint still takes acknowledgements.</summary>
    public const long GraceMs = 2000;

    private const int RecordsAtOnce = 32;

    private readonly string _topic;
    private readonly int _queueId;
    private readonly MessageStore _store;
    private readonly ConsumerOffsets _offsets;
    private readonly RetryMessages _retries;
    private readonly ILogger _logger;

    /// <summary>Those that wait, in the order of the queue, and by their name.</summary>
    private readonly LinkedList<PendingCheckPoint> _pending = new();
    private readonly Dictionary<Key, PendingCheckPoint> _byKey = [];
    private long _next = -1;

    /// <summary>The latest time that a record read so far was due at.</summary>
    private long _readToMs;

    public ReviveQueue(string topic, int queueId, MessageStore store, ConsumerOffsets offsets, RetryMessages retries, ILogger logger)
    {
        _topic = topic;
        _queueId = queueId;
        _store = store;
        _offsets = offsets;
        _retries = retries;
        _logger = logger;
    }

    private readonly record struct Key(string? Topic, string? Group, int QueueId, long StartOffset, long PopTimeMs);

    /// <summary>Checkpoints that wait now.</summary>
    public int PendingCount => _pending.Count;

    /// <summary>Has the next round begin anew at what is committed.</summary>
    public void Forget()
    {
        _pending.Clear();
        _byKey.Clear();
        _next = -1;
        _readToMs = 0;
    }

    /// <summary>Reads what is new and brings back what is due. What is done with then is committed by <see cref="Commit"/>.</summary>
    /// <param name="nowMs">Milliseconds since 1970.</param>
    /// <param name="arrivedToMs">Everything due before this moment is in the queue already.</param>
    public void Round(long nowMs, long arrivedToMs)
    {
        if (_store.Queue(_topic, _queueId) is not { } queue)
        {
            return;
        }

        var committed = _offsets.Query(PopTopics.ReviveGroup, _topic, _queueId);
        _next = Math.Max(Math.Max(_next, committed + 1), queue.MinOffset);
        while (Read())
        {
            BringBack(Math.Min(_readToMs, nowMs));
        }

        BringBack(Math.Max(Math.Min(_readToMs, nowMs), Math.Min(arrivedToMs, nowMs)));
    }

    /// <summary>Commits how far the queue is done with. Once what was brought back is on the disk: what has not come back yet must be found again.</summary>
    public void Commit()
    {
        var done = _pending.First is { } first ? first.Value.ReviveOffset - 1 : _next - 1;
        if (done > _offsets.Query(PopTopics.ReviveGroup, _topic, _queueId))
        {
            _offsets.Commit(PopTopics.ReviveGroup, _topic, _queueId, done);
        }
    }

    /// <returns>False at the queue's end.</returns>
    private bool Read()
    {
        using var found = _store.Get(_topic, _queueId, _next, RecordsAtOnce);
        for (var i = 0; i < found.Count; i++)
        {
            if (MessageRecord.TryRead(found[i], out var record) == RecordReadStatus.Ok)
            {
                Read(record, found.QueueOffsetAt(i));
            }
        }

        var moved = found.NextBeginOffset > _next;
        _next = Math.Max(_next, found.NextBeginOffset);
        return moved;
    }

    private void Read(in MessageRecord record, long offset)
    {
        try
        {
            switch (Encoding.UTF8.GetString(record.Property("TAGS"u8)))
            {
                case ReviveLog.CheckPointTag:
                    Add(RemotingJson.Deserialize<PopCheckPoint>(record.Body), offset);
                    break;
                case ReviveLog.AckTag:
                    Acknowledge(RemotingJson.Deserialize<PopAck>(record.Body), isBatch: false);
                    break;
                case ReviveLog.BatchAckTag:
                    Acknowledge(RemotingJson.Deserialize<PopAck>(record.Body), isBatch: true);
                    break;
            }
        }
        catch (RemotingJsonException e)
        {
            PopLog.BadReviveRecord(_logger, _topic, _queueId, offset, e);
        }

        if (PropertyText.TryFind(record.Properties, "TIMER_DELIVER_MS"u8, out var text) && Utf8Parser.TryParse(text, out long dueMs, out _))
        {
            _readToMs = Math.Max(_readToMs, dueMs);
        }
    }

    private void Add(PopCheckPoint checkPoint, long offset)
    {
        if (checkPoint.Count <= 0 || !NameRule.IsLegal(NameKind.Topic, checkPoint.Topic ?? "") || !NameRule.IsLegal(NameKind.Group, checkPoint.Group ?? "") || !_retries.IsWanted(checkPoint))
        {
            return;
        }

        // A timer that was delivered twice around a crash brings a second copy: the first one waits already.
        var pending = new PendingCheckPoint(checkPoint, offset);
        if (_byKey.TryAdd(KeyOf(checkPoint), pending))
        {
            _pending.AddLast(pending);
        }
    }

    private void Acknowledge(PopAck ack, bool isBatch)
    {
        if (!_byKey.TryGetValue(new Key(ack.Topic, ack.Group, ack.QueueId, ack.StartOffset, ack.PopTimeMs), out var pending))
        {
            return;
        }

        if (!isBatch)
        {
            pending.Acknowledge(ack.Offset);
            return;
        }

        foreach (var offset in ack.Offsets ?? [])
        {
            pending.Acknowledge(offset);
        }
    }

    private void BringBack(long untilMs)
    {
        for (var node = _pending.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.CheckPoint.ReviveTimeMs + GraceMs < untilMs)
            {
                if (!TryBringBack(node.Value))
                {
                    return;
                }

                _byKey.Remove(KeyOf(node.Value.CheckPoint));
                _pending.Remove(node);
            }

            node = next;
        }
    }

    private bool TryBringBack(PendingCheckPoint pending)
    {
        foreach (var (index, offset) in pending.Unacked)
        {
            if (!_retries.TryBringBack(pending.CheckPoint, offset))
            {
                return false;
            }

            pending.Settle(index);
        }

        return true;
    }

    private static Key KeyOf(PopCheckPoint checkPoint) =>
        new(checkPoint.Topic, checkPoint.Group, checkPoint.QueueId, checkPoint.StartOffset, checkPoint.PopTimeMs);
}
