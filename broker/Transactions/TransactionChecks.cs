using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;

namespace RocketMQ.Broker.Transactions;

/// <summary>
/// Walks the half topic every transactionCheckInterval and sees to what has not ended: asks its producer, leaves it alone for now, or
/// gives it up. A half message that stays is put back at the queue's end, so the cursor can pass it. The cursor, and which operation
/// records it still needs, stand in consumerOffset.json as offsets of group CID_RMQ_SYS_TRANS: Apache's broker carries on from them.
/// </summary>
public sealed class TransactionChecks(
    BrokerOptions options, MessageStore store, MessagePublisher publisher, MessageHost storeHost, ConsumerOffsets offsets, TopicTable topics, TransactionLedger ledger,
    ProducerChecks producers, OpenTransactions open, TimeProvider time, ILogger<TransactionChecks> logger)
{
    private long _cursor;

    /// <summary>Behind what was put back or given up: neither the cursor nor an answer may outlive it.</summary>
    internal StoredMark Stored { get; } = new(publisher);

    private enum Step
    {
        Pass,
        Wait,
    }

    /// <summary>Begins where the checks stood. Before any half message is ended or checked.</summary>
    public void Begin(long cursor) => _cursor = cursor;

    /// <summary>One round over all half messages that are there at its start.</summary>
    public async ValueTask RunRoundAsync()
    {
        ledger.Flush();
        var start = _cursor;
        var end = store.MaxOffset(SystemTopics.TransactionHalf, 0);
        _cursor = Math.Max(_cursor, store.MinOffset(SystemTopics.TransactionHalf, 0));
        while (_cursor < end && Look(_cursor) == Step.Pass)
        {
            _cursor++;
        }

        if (_cursor == start)
        {
            return;
        }

        // What was put back, and what ended those that are passed, has to outlive a crash that the moved cursor outlives.
        if ((await Stored.WaitOnDiskAsync().ConfigureAwait(false)).IsStored && (await ledger.Stored.WaitOnDiskAsync().ConfigureAwait(false)).IsStored)
        {
            offsets.Commit(HalfMessages.Group, SystemTopics.TransactionHalf, 0, _cursor);
            offsets.Commit(HalfMessages.Group, SystemTopics.TransactionOp, 0, ledger.Pass(_cursor));
        }
    }

    /// <summary>Puts a half message that was given up back to the others. One that is still being checked stays where it is.</summary>
    /// <param name="physicalOffset">Where the message is: in the topic of the given up, or as it was in the half topic.</param>
    /// <returns><see langword="null"/>, or why it can't be checked again.</returns>
    internal Refusal? Resume(long physicalOffset)
    {
        using var lease = store.Read(physicalOffset);
        if (!lease.IsValid || MessageRecord.TryRead(lease.Bytes, out var record) != RecordReadStatus.Ok
            || !RealDestination.TryRead(record.Properties, out var topic, out _))
        {
            return new Refusal(RefusalKind.SystemError, $"there is no half message at offset {physicalOffset} of the log");
        }

        using var deciding = ledger.Enter();
        switch (record.TopicString)
        {
            case SystemTopics.TransactionDiscard:
                break;
            case SystemTopics.TransactionHalf when ledger.OutcomeOf(record.QueueOffset) is not null:
                return new Refusal(RefusalKind.SystemError, $"the transaction of the half message at offset {physicalOffset} has ended");
            case SystemTopics.TransactionHalf when ledger.LatestOf(record.QueueOffset) >= _cursor:
                return null;
            case SystemTopics.TransactionHalf:
                break;
            default:
                return new Refusal(RefusalKind.SystemError, $"the message at offset {physicalOffset} is one of topic {record.TopicString} and no half message");
        }

        var draft = RecordCopy.To(HalfMessages.Topic, 0, record, storeHost);
        draft.Properties = PropertyEdit.Set(record.Properties, HalfMessages.CheckTimes, "0"u8);
        var published = publisher.Append(draft);
        if (!published.IsOk)
        {
            return new Refusal(RefusalKind.SystemError, $"Put message back to {HalfMessages.Topic} failed: {published.Reason}");
        }

        Stored.Note(published);
        open.Begin(topic);
        return null;
    }

    private Step Look(long halfOffset)
    {
        if (ledger.OutcomeOf(halfOffset) is not null || ledger.LatestOf(halfOffset) != halfOffset)
        {
            return Step.Pass;
        }

        using var got = store.Get(SystemTopics.TransactionHalf, 0, halfOffset, 1);
        if (got.Count == 0 || got.QueueOffsetAt(0) != halfOffset || MessageRecord.TryRead(got[0], out var half) != RecordReadStatus.Ok)
        {
            Log.HalfMessageGone(logger, halfOffset);
            return Step.Pass;
        }

        using var deciding = ledger.Enter();
        if (ledger.OutcomeOf(halfOffset) is not null)
        {
            return Step.Pass;
        }

        var ageMs = time.GetUtcNow().ToUnixTimeMilliseconds() - half.BornTimestamp;
        var checks = HalfMessages.Number(half, HalfMessages.CheckTimes, 0);
        if (checks >= options.TransactionCheckMax || ageMs > store.Options.FileReservedTime * 3600_000L)
        {
            return Discard(half);
        }

        var immuneMs = CheckImmunity.Of(half, options.TransactionTimeOut);
        if (ageMs >= immuneMs || (ageMs < 0 && !CheckImmunity.IsOwn(half)))
        {
            return Check(half, checks + 1);
        }

        return CheckImmunity.IsOwn(half) ? KeepImmune(half) : Step.Wait;
    }

    private Step Check(in MessageRecord half, long times)
    {
        var properties = PropertyEdit.Set(half.Properties, HalfMessages.CheckTimes, HalfMessages.Utf8(times));
        if (!PutBack(half, properties, out var putBack))
        {
            return Step.Wait;
        }

        producers.Ask(half, properties, putBack);
        return Step.Pass;
    }

    /// <summary>A message with an immunity of its own must not hold up those behind it.</summary>
    private Step KeepImmune(in MessageRecord half)
    {
        var prepared = HalfMessages.Number(half, HalfMessages.PreparedQueueOffset, -1);
        if (prepared >= 0 && ledger.OutcomeOf(prepared) is not null)
        {
            return Step.Pass;
        }

        var properties = prepared >= 0
            ? half.Properties
            : PropertyEdit.Set(half.Properties, HalfMessages.PreparedQueueOffset, HalfMessages.Utf8(half.QueueOffset));
        return PutBack(half, properties, out _) ? Step.Pass : Step.Wait;
    }

    private bool PutBack(in MessageRecord half, ReadOnlySpan<byte> properties, out AppendResult putBack)
    {
        var draft = RecordCopy.To(HalfMessages.Topic, 0, half, storeHost);
        draft.Properties = properties;
        var published = publisher.Append(draft);
        putBack = published.Appended;
        if (!published.IsOk)
        {
            return false;
        }

        Stored.Note(published);
        ledger.Move(half.QueueOffset, putBack.QueueOffset);
        return true;
    }

    private Step Discard(in MessageRecord half)
    {
        topics.GetOrCreate(SystemTopics.TransactionDiscard, 1, TopicPermission.ReadWrite);
        var discarded = publisher.Append(RecordCopy.To(SystemTopics.TransactionDiscard, 0, half, storeHost));
        if (!discarded.IsOk)
        {
            return Step.Wait;
        }

        Stored.Note(discarded);
        if (RealDestination.TryRead(half.Properties, out var topic, out _))
        {
            open.End(topic);
        }

        Log.TransactionGivenUp(
            logger, PlainText.Of(half.PropertyString(PropertyNames.Utf8.UniqueKey)), HalfMessages.Number(half, HalfMessages.CheckTimes, 0), SystemTopics.TransactionDiscard);
        return Step.Pass;
    }
}
