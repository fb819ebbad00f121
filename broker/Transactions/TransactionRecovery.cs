using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Transactions;

/// <summary>Finds out at the start where the checks stand and what has ended since, from what this broker or Apache's left on the disk.</summary>
internal sealed class TransactionRecovery(MessageStore store, ConsumerOffsets offsets, TransactionLedger ledger, OpenTransactions open)
{
    /// <summary>Fills the ledger and the counts. Before any half message is ended or checked.</summary>
    /// <returns>The half message that the checks begin with.</returns>
    public long Run()
    {
        var cursor = Stored(SystemTopics.TransactionHalf);
        ledger.Load(Stored(SystemTopics.TransactionOp), cursor);
        Reconcile(cursor);
        return cursor;
    }

    private long Stored(string topic)
    {
        var offset = offsets.Query(HalfMessages.Group, topic, 0);
        return Math.Clamp(offset, store.MinOffset(topic, 0), store.MaxOffset(topic, 0));
    }

    /// <summary>
    /// A crash may lie between a commit and its operation record. So the log is searched for commits of the half messages that seem
    /// open: from the first of them on, which is not older than the checks before the crash.
    /// </summary>
    private void Reconcile(long cursor)
    {
        var halves = OpenHalves(cursor);
        if (halves.Count > 0)
        {
            EndCommitted(halves);
        }

        open.Recount(halves.Values.Where(half => ledger.LatestOf(half.Offset) == half.Offset && ledger.OutcomeOf(half.Offset) is null).Select(half => half.Topic));
    }

    private void EndCommitted(Dictionary<long, (long Offset, string Topic)> halves)
    {
        using var deciding = ledger.Enter();
        var position = halves.Keys.Min();
        while (true)
        {
            using var lease = store.ReadNext(ref position);
            if (!lease.IsValid)
            {
                return;
            }

            if (MessageRecord.TryRead(lease.Bytes, out var record) == RecordReadStatus.Ok
                && record.TransactionType == MessageSysFlag.TransactionCommit
                && halves.Remove(record.PreparedTransactionOffset, out var half))
            {
                ledger.End(half.Offset, MessageSysFlag.TransactionCommit);
            }

            position += lease.Bytes.Length;
        }
    }

    /// <summary>Half messages that no operation record ends, by their offsets in the log.</summary>
    private Dictionary<long, (long Offset, string Topic)> OpenHalves(long cursor)
    {
        var halves = new Dictionary<long, (long, string)>();
        var seen = new Dictionary<(string Id, long BornMs), (long Offset, long Checks)>();
        var end = store.MaxOffset(SystemTopics.TransactionHalf, 0);
        for (var offset = cursor; offset < end; offset++)
        {
            using var got = store.Get(SystemTopics.TransactionHalf, 0, offset, 1);
            if (got.Count == 0 || got.QueueOffsetAt(0) != offset || MessageRecord.TryRead(got[0], out var half) != RecordReadStatus.Ok)
            {
                continue;
            }

            FollowPutBack(half, offset, seen);
            if (ledger.OutcomeOf(offset) is null)
            {
                RealDestination.TryRead(half.Properties, out var topic, out _);
                halves[half.PhysicalOffset] = (offset, topic);
            }
        }

        return halves;
    }

    /// <summary>
    /// A check writes a half message anew with one more check counted, one with an immunity of its own with its first offset. After a crash
    /// that the cursor did not see, both are there: the newer stands for the older, or the producer would be asked twice and could commit twice.
    /// </summary>
    private void FollowPutBack(in MessageRecord half, long offset, Dictionary<(string Id, long BornMs), (long Offset, long Checks)> seen)
    {
        var prepared = HalfMessages.Number(half, HalfMessages.PreparedQueueOffset, -1);
        if (prepared >= 0 && prepared < offset)
        {
            StandsFor(prepared, offset);
        }

        var key = (half.PropertyString(PropertyNames.Utf8.UniqueKey) ?? "", half.BornTimestamp);
        var checks = HalfMessages.Number(half, HalfMessages.CheckTimes, 0);
        if (seen.TryGetValue(key, out var older) && checks > older.Checks)
        {
            StandsFor(older.Offset, offset);
        }

        seen[key] = (offset, checks);
    }

    private void StandsFor(long older, long newer)
    {
        if (ledger.OutcomeOf(older) is not { } outcome)
        {
            ledger.Move(older, newer);
        }
        else if (ledger.OutcomeOf(newer) is null)
        {
            ledger.End(newer, outcome);
        }
    }
}
