using RocketMQ.Broker.Core;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Statistics;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// Acknowledges popped messages: a record in the revive topic for those with a checkpoint; for ordered ones the group's offset moves on
/// when all before are acknowledged.
/// </summary>
internal sealed class Acknowledgements(
    MessageStore store, ReviveLog log, OrderedPops orders, ConsumerOffsets offsets, PopQueueLocks locks, BrokerStatistics statistics)
{
    /// <param name="queue">Where the messages were popped.</param>
    /// <param name="receipt">The pop.</param>
    /// <param name="offset">The message, or −1 for several.</param>
    /// <param name="offsets">Several; else <see langword="null"/>.</param>
    /// <returns><see langword="null"/>, or why it does not count.</returns>
    public async ValueTask<Refusal?> AppendAsync(PopQueue queue, PopReceipt receipt, long offset, List<long>? offsets = null)
    {
        if (!log.HasQueue(receipt.ReviveQueueId))
        {
            return NoReviveQueue(receipt);
        }

        var ack = new PopAck
        {
            Topic = queue.Topic,
            Group = queue.Group,
            QueueId = queue.QueueId,
            StartOffset = receipt.StartOffset,
            PopTimeMs = receipt.PopTimeMs,
            BrokerName = receipt.BrokerName,
            Offset = offset,
            Offsets = offsets,
        };
        var published = log.Append(ack, receipt.ReviveQueueId, receipt.PopTimeMs + receipt.InvisibleTimeMs);
        if (!published.IsOk)
        {
            return published.Refusal ?? new Refusal(
                RefusalKind.ServiceNotAvailable,
                $"the acknowledgement is not stored ({published.Status}). Send it again: the message comes back when its invisible time is over.");
        }

        var durability = await log.WaitStoredAsync(published).ConfigureAwait(false);
        if (durability.Refuse("the acknowledgement", "Send it again: a message that is acknowledged twice is acknowledged.") is { } late)
        {
            return late;
        }

        statistics.CountAcknowledged(queue.Topic, queue.Group, offsets?.Count ?? 1);
        return null;
    }

    internal static Refusal NoReviveQueue(in PopReceipt receipt) => new(
        RefusalKind.MessageIllegal, $"there is no revive queue {receipt.ReviveQueueId} (reviveQueueNum): this is no receipt of this broker");

    /// <summary>Acknowledges a message of an ordered pop. One that is behind the group's offset already, or of an earlier pop, changes nothing.</summary>
    /// <returns><see langword="null"/>, or why it does not count.</returns>
    public Refusal? AcknowledgeOrdered(in PopQueue queue, long offset, long popTimeMs)
    {
        lock (locks.Of(queue))
        {
            var committed = offsets.Query(queue.Group, queue.Topic, queue.QueueId);
            if (offset < committed)
            {
                return null;
            }

            var outcome = orders.Acknowledge(queue, offset, popTimeMs, out var next);
            if (outcome == OrderedAck.Unknown)
            {
                return new Refusal(
                    RefusalKind.MessageIllegal,
                    $"offset is illegal, key:{queue.Topic}@{queue.Group}@{queue.QueueId}, old:{committed}, commit:{offset}: the last pop did not hold it");
            }

            if (outcome == OrderedAck.Moved && !offsets.HasReset(queue.Group, queue.Topic, queue.QueueId))
            {
                offsets.Commit(queue.Group, queue.Topic, queue.QueueId, BehindRecord(queue, next));
            }
        }

        statistics.CountAcknowledged(queue.Topic, queue.Group, 1);
        orders.TellIfFree(queue);
        return null;
    }

    /// <summary>A batch that is one record is done with as one: an offset in its middle would bring it again.</summary>
    private long BehindRecord(in PopQueue queue, long offset) =>
        store.Queue(queue.Topic, queue.QueueId) is { Type: QueueType.BatchCQ } listed && listed.TryRead(offset - 1, out _, out var next) ? next : offset;
}
