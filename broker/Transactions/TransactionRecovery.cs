using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Transactions;

/// <summary>Finds out at the start where the checks stand and what has ended since, from what this broker or Apache's left on the disk.</summary>
internal sealed class TransactionRecovery(MessageStore store, ConsumerOffsets offsets, TransactionLedger ledger, OpenTransactions open)
{
    /// <summary>Half messages that no operation record ends, by their offsets in the log.</summary>
    private readonly Dictionary<long, (long Offset, string Topic)> _halves = [];

    /// <summary>Of those the ones that a check has put back, by what they have in common with what they were before: where they are in the log.</summary>
    private readonly Dictionary<(string Id, long BornMs), long> _putBack = [];

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
        FindOpenHalves(cursor);
        if (_halves.Count > 0)
        {
            EndCommitted();
        }

        open.Recount(_halves.Values.Where(half => ledger.LatestOf(half.Offset) == half.Offset && ledger.OutcomeOf(half.Offset) is null).Select(half => half.Topic));
    }

    private void EndCommitted()
    {
        using var deciding = ledger.Enter();
        var position = _halves.Keys.Min();
        while (true)
        {
            using var lease = store.ReadNext(ref position);
            if (!lease.IsValid)
            {
                return;
            }

            if (MessageRecord.TryRead(lease.Bytes, out var record) == RecordReadStatus.Ok
                && record.TransactionType == MessageSysFlag.TransactionCommit
                && TryFind(record, out var at) && IsWhatWasPrepared(record) && _halves.Remove(at, out var half))
            {
                ledger.End(half.Offset, MessageSysFlag.TransactionCommit);
            }

            position += lease.Bytes.Length;
        }
    }

    /// <summary>The open half message that a commit may be of: what it names, or what that was put back as since, behind where the checks go on from.</summary>
    private bool TryFind(in MessageRecord committed, out long position)
    {
        position = committed.PreparedTransactionOffset;
        return _halves.ContainsKey(position)
            || (_putBack.Count > 0 && _putBack.TryGetValue(Identity(committed), out position) && committed.PreparedTransactionOffset < position);
    }

    /// <summary>Of what kind a record is and which id it has is its sender's word: a commit is the message that was prepared, for its topic.</summary>
    private bool IsWhatWasPrepared(in MessageRecord committed)
    {
        using var lease = store.Read(committed.PreparedTransactionOffset);
        return lease.IsValid && MessageRecord.TryRead(lease.Bytes, out var prepared) == RecordReadStatus.Ok
            && prepared.TopicString == SystemTopics.TransactionHalf && Identity(prepared) == Identity(committed)
            && RealTopic(prepared) == RealTopic(committed) && prepared.Body.SequenceEqual(committed.Body);
    }

    /// <summary>The topic that a record is for: only in the broker's own does it say another.</summary>
    private static string RealTopic(in MessageRecord record) =>
        record.TopicString is SystemTopics.TransactionHalf or SystemTopics.Schedule or SystemTopics.Timer && RealDestination.TryRead(record.Properties, out var topic, out _)
            ? topic
            : record.TopicString;

    private void FindOpenHalves(long cursor)
    {
        var seen = new Dictionary<(string Id, long BornMs), (long Offset, long Checks)>();
        var end = store.MaxOffset(SystemTopics.TransactionHalf, 0);
        for (var offset = cursor; offset < end; offset++)
        {
            using var got = store.Get(SystemTopics.TransactionHalf, 0, offset, 1);
            if (got.Count == 0 || got.QueueOffsetAt(0) != offset || MessageRecord.TryRead(got[0], out var half) != RecordReadStatus.Ok)
            {
                continue;
            }

            var checks = HalfMessages.Number(half, HalfMessages.CheckTimes, 0);
            FollowPutBack(half, offset, checks, seen);
            if (ledger.OutcomeOf(offset) is null)
            {
                RealDestination.TryRead(half.Properties, out var topic, out _);
                _halves[half.PhysicalOffset] = (offset, topic);
                if (checks > 0 || HalfMessages.Number(half, HalfMessages.PreparedQueueOffset, -1) >= 0)
                {
                    _putBack[Identity(half)] = half.PhysicalOffset;
                }
            }
        }
    }

    private static (string Id, long BornMs) Identity(in MessageRecord record) =>
        (record.PropertyString(PropertyNames.Utf8.UniqueKey) ?? "", record.BornTimestamp);

    /// <summary>
    /// A check writes a half message anew with one more check counted, one with an immunity of its own with its first offset. After a crash
    /// that the cursor did not see, both are there: the newer stands for the older, or the producer would be asked twice and could commit twice.
    /// </summary>
    private void FollowPutBack(in MessageRecord half, long offset, long checks, Dictionary<(string Id, long BornMs), (long Offset, long Checks)> seen)
    {
        var prepared = HalfMessages.Number(half, HalfMessages.PreparedQueueOffset, -1);
        if (prepared >= 0 && prepared < offset)
        {
            StandsFor(prepared, offset);
        }

        var key = Identity(half);
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
