using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Statistics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// CHANGE_MESSAGE_INVISIBLETIME (200053): a popped message stays hidden for another time from now. It gets a checkpoint of its own,
/// and only then the old one is acknowledged: a crash in between brings it back twice rather than never.
/// </summary>
internal sealed class ChangeInvisibleTimeHandler(
    PopGuard guard, MessageStore store, ReviveLog log, Acknowledgements acks, OrderedPops orders, ConsumerOffsets offsets,
    PopQueueLocks locks, BrokerStatistics statistics, Lane coldReads, TimeProvider time) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ChangeInvisibleTimeRequestHeader>();
        return store.IsLoaded(header.Topic, header.QueueId) ? ChangeAsync(header) : coldReads.AnswerAsync(context.Connection, () => ChangeAsync(header));
    }

    private ValueTask<RemotingCommand?> ChangeAsync(ChangeInvisibleTimeRequestHeader header)
    {
        if (Check(header, out var receipt) is { } refusal)
        {
            return ValueTask.FromResult<RemotingCommand?>(Refused(refusal));
        }

        if (header.ConsumerGroup.Length == 0)
        {
            // Nobody has popped it: nothing is to be hidden, and that is no fault to Apache's broker.
            return ValueTask.FromResult<RemotingCommand?>(Changed(receipt, receipt.PopTimeMs, receipt.InvisibleTimeMs));
        }

        return receipt.IsOrdered ? ValueTask.FromResult<RemotingCommand?>(ChangeOrdered(header, receipt)) : ChangeAsync(header, receipt);
    }

    private static RemotingCommand Refused(Refusal refusal) =>
        RemotingCommand.Response(refusal.Code, new ChangeInvisibleTimeResponseHeader(), refusal.Reason);

    private static RemotingCommand Changed(in PopReceipt receipt, long popTimeMs, long invisibleTimeMs) => RemotingCommand.Response(
        ResponseCode.Success,
        new ChangeInvisibleTimeResponseHeader { PopTime = popTimeMs, InvisibleTime = invisibleTimeMs, ReviveQid = receipt.ReviveQueueId });

    private Refusal? Check(ChangeInvisibleTimeRequestHeader header, out PopReceipt receipt)
    {
        receipt = default;
        if (guard.CheckQueue(header.Topic, header.QueueId) is { } wrongQueue)
        {
            return wrongQueue;
        }

        var (min, max) = (store.MinOffset(header.Topic, header.QueueId), store.MaxOffset(header.Topic, header.QueueId));
        if (header.Offset < min || header.Offset >= max)
        {
            return new Refusal(
                ResponseCode.NoMessage, $"offset is illegal, key:{header.Topic}@{header.QueueId}, change:{header.Offset}, store:{min}~{max}");
        }

        if (!PopReceipt.TryParse(header.ExtraInfo, out receipt))
        {
            return AckMessageHandler.BadReceipt(header.ExtraInfo);
        }

        return receipt.IsOrdered || log.HasQueue(receipt.ReviveQueueId)
            ? null
            : new Refusal(ResponseCode.MessageIllegal, $"there is no revive queue {receipt.ReviveQueueId} (reviveQueueNum): this is no receipt of this broker");
    }

    private async ValueTask<RemotingCommand?> ChangeAsync(ChangeInvisibleTimeRequestHeader header, PopReceipt receipt)
    {
        // A checkpoint is named by its start and time: the new one must not have the old one's name, or its acknowledgement takes both.
        var now = Math.Max(NowMs, receipt.PopTimeMs + 1);
        var published = log.Append(
            new PopCheckPoint
            {
                Topic = header.Topic,
                Group = header.ConsumerGroup,
                QueueId = header.QueueId,
                StartOffset = header.Offset,
                PopTimeMs = now,
                InvisibleTimeMs = header.InvisibleTime,
                Count = 1,
                OffsetDiffs = [0],
                BrokerName = receipt.BrokerName,
            },
            receipt.ReviveQueueId);
        if (!published.IsOk)
        {
            return Refused(published.Refusal ?? new Refusal(
                ResponseCode.SystemError, $"the new invisible time is not stored ({published.Status}); the old one holds"));
        }

        var durability = await log.WaitStoredAsync(published).ConfigureAwait(false);
        if (durability.Refuse("the new invisible time", "The old one holds as well: ask again.") is { } late)
        {
            return Refused(late);
        }

        statistics.CountCheckPoint(header.Topic, header.ConsumerGroup);
        var refusal = await acks.AppendAsync(
            new PopAck
            {
                Topic = header.Topic,
                Group = header.ConsumerGroup,
                QueueId = header.QueueId,
                StartOffset = receipt.StartOffset,
                PopTimeMs = receipt.PopTimeMs,
                BrokerName = receipt.BrokerName,
                Offset = header.Offset,
            },
            receipt.ReviveQueueId,
            receipt.PopTimeMs + receipt.InvisibleTimeMs).ConfigureAwait(false);
        return refusal is null ? Changed(receipt, now, header.InvisibleTime) : Refused(refusal);
    }

    /// <summary>The pop's time stays what names it, so the new invisible time is counted from then.</summary>
    private RemotingCommand ChangeOrdered(ChangeInvisibleTimeRequestHeader header, PopReceipt receipt)
    {
        var queue = new PopQueue(header.Topic, header.ConsumerGroup, header.QueueId);
        lock (locks.Of(queue))
        {
            if (header.Offset < offsets.Query(queue.Group, queue.Topic, queue.QueueId))
            {
                return RemotingCommand.Response(ResponseCode.Success, new ChangeInvisibleTimeResponseHeader());
            }

            var visibleAtMs = NowMs + header.InvisibleTime;
            orders.ChangeVisibleAt(queue, header.Offset, receipt.PopTimeMs, visibleAtMs);
            return Changed(receipt, receipt.PopTimeMs, visibleAtMs - receipt.PopTimeMs);
        }
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
