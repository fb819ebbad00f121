using RocketMQ.Broker.Core;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Statistics;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// A popped message stays hidden for another time from now. It gets a checkpoint of its own,
/// and only then the old one is acknowledged: a crash in between brings it back twice rather than never.
/// </summary>
internal sealed class InvisibleTimes(
    PopGuard guard, MessageStore store, ReviveLog log, Acknowledgements acks, OrderedPops orders, ConsumerOffsets offsets,
    PopQueueLocks locks, BrokerStatistics statistics, TimeProvider time)
{
    /// <summary>Whether the queue's bounds are known without opening files: else this is not for a thread that serves others.</summary>
    public bool IsLoaded(string topic, int queueId) => store.IsLoaded(topic, queueId);

    public ValueTask<InvisibleTimeResult> ChangeAsync(InvisibleTimeChange request)
    {
        if (Check(request, out var receipt) is { } refusal)
        {
            return ValueTask.FromResult(Refused(refusal));
        }

        if (request.Group.Length == 0)
        {
            // Nobody has popped it: nothing is to be hidden, and that is no fault to Apache's broker.
            return ValueTask.FromResult(Changed(receipt, receipt.PopTimeMs, receipt.InvisibleTimeMs));
        }

        return receipt.IsOrdered ? ValueTask.FromResult(ChangeOrdered(request, receipt)) : ChangeAsync(request, receipt);
    }

    private static InvisibleTimeResult Refused(Refusal refusal) => new() { Refusal = refusal };

    private static InvisibleTimeResult Changed(in PopReceipt receipt, long popTimeMs, long invisibleMs) =>
        new() { PopTimeMs = popTimeMs, InvisibleMs = invisibleMs, ReviveQueueId = receipt.ReviveQueueId };

    private Refusal? Check(InvisibleTimeChange request, out PopReceipt receipt)
    {
        receipt = default;
        if (guard.CheckQueue(request.Topic, request.QueueId) is { } wrongQueue)
        {
            return wrongQueue;
        }

        var (min, max) = (store.MinOffset(request.Topic, request.QueueId), store.MaxOffset(request.Topic, request.QueueId));
        if (request.Offset < min || request.Offset >= max)
        {
            return new Refusal(
                RefusalKind.NoMessage, $"offset is illegal, key:{request.Topic}@{request.QueueId}, change:{request.Offset}, store:{min}~{max}");
        }

        if (!PopReceipt.TryParse(request.Receipt, out receipt))
        {
            return PopReceipt.Refuse(request.Receipt);
        }

        return receipt.IsOrdered || log.HasQueue(receipt.ReviveQueueId)
            ? null
            : Acknowledgements.NoReviveQueue(receipt);
    }

    private async ValueTask<InvisibleTimeResult> ChangeAsync(InvisibleTimeChange request, PopReceipt receipt)
    {
        // A checkpoint is named by its start and time: the new one must not have the old one's name, or its acknowledgement takes both.
        var now = Math.Max(NowMs, receipt.PopTimeMs + 1);
        var published = log.Append(
            new PopCheckPoint
            {
                Topic = request.Topic,
                Group = request.Group,
                QueueId = request.QueueId,
                StartOffset = request.Offset,
                PopTimeMs = now,
                InvisibleTimeMs = request.InvisibleMs,
                Count = 1,
                OffsetDiffs = [0],
                BrokerName = receipt.BrokerName,
            },
            receipt.ReviveQueueId);
        if (!published.IsOk)
        {
            return Refused(published.Refusal ?? new Refusal(
                RefusalKind.SystemError, $"the new invisible time is not stored ({published.Status}); the old one holds"));
        }

        var durability = await log.WaitStoredAsync(published).ConfigureAwait(false);
        if (durability.Refuse("the new invisible time", "The old one holds as well: ask again.") is { } late)
        {
            return Refused(late);
        }

        statistics.CountCheckPoint(request.Topic, request.Group);
        var refusal = await acks
            .AppendAsync(new PopQueue(request.Topic, request.Group, request.QueueId), receipt, request.Offset).ConfigureAwait(false);
        return refusal is null ? Changed(receipt, now, request.InvisibleMs) : Refused(refusal);
    }

    /// <summary>The pop's time stays what names it, so the new invisible time is counted from then.</summary>
    private InvisibleTimeResult ChangeOrdered(InvisibleTimeChange request, PopReceipt receipt)
    {
        var queue = new PopQueue(request.Topic, request.Group, request.QueueId);
        lock (locks.Of(queue))
        {
            if (request.Offset < offsets.Query(queue.Group, queue.Topic, queue.QueueId))
            {
                return default;
            }

            var visibleAtMs = NowMs + request.InvisibleMs;
            orders.ChangeVisibleAt(queue, request.Offset, receipt.PopTimeMs, visibleAtMs);
            return Changed(receipt, receipt.PopTimeMs, visibleAtMs - receipt.PopTimeMs);
        }
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
