using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Auth;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Queries;
using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;

namespace RocketMQ.Broker.Transactions;

/// <summary>
/// A producer commits or rolls back a half message. A commit's trace is the message itself, a rollback's its
/// operation record: each is in the log before it is answered.
/// </summary>
public sealed class TransactionEnds(
    BrokerOptions options, MessageStore store, MessageHost storeHost, MessagePublisher publisher, TransactionLedger ledger,
    OpenTransactions open, TransactionFigures figures, StoredRecords records, IAuthorizer authorizer, TimeProvider time,
    ILogger<TransactionEnds> logger)
{
    /// <summary>Whether the half message is assumed to be in memory.</summary>
    public bool IsHot(in TransactionEnd end) => records.IsHot(end.PhysicalOffset);

    /// <param name="end">What the producer says.</param>
    /// <param name="caller">Who says it.</param>
    /// <param name="mayBlock">Whether files may be opened. Where they may not and would have to be, nothing is done and the result says so.</param>
    public async ValueTask<TransactionEndResult> EndAsync(TransactionEnd end, Caller caller, bool mayBlock)
    {
        var refusal = End(caller, end, mayBlock, out var needsFiles);
        if (needsFiles)
        {
            return new TransactionEndResult(null, NeedsFiles: true);
        }

        refusal ??= (await ledger.Stored.WaitStoredAsync().ConfigureAwait(false)).Refuse("the end of the transaction", "Say it again, or the producer is asked.");
        if (refusal is not null)
        {
            Log.TransactionNotEnded(logger, PlainText.Of(end.MessageId), end.ProducerGroup, refusal.Reason);
        }

        return new TransactionEndResult(refusal, NeedsFiles: false);
    }

    /// <param name="caller">Who says it.</param>
    /// <param name="end">What the producer says.</param>
    /// <param name="mayBlock">Whether files may be opened.</param>
    /// <param name="needsFiles">They would have to be, and nothing is done.</param>
    private Refusal? End(in Caller caller, in TransactionEnd end, bool mayBlock, out bool needsFiles)
    {
        needsFiles = false;
        using var lease = records.Find(end.PhysicalOffset);
        if (!lease.IsValid || MessageRecord.TryRead(lease.Bytes, out var half) != RecordReadStatus.Ok
            || !half.Topic.SequenceEqual("RMQ_SYS_TRANS_HALF_TOPIC"u8))
        {
            return new Refusal(RefusalKind.SystemError, "Find prepared transaction message failed");
        }

        if ((RefuseLate(end, half) ?? RefuseOther(end, half)) is { } refusal)
        {
            return refusal;
        }

        if (!RealDestination.TryRead(half.Properties, out var topic, out var queueId))
        {
            return new Refusal(RefusalKind.SystemError, "Find prepared transaction message failed: it names no real topic");
        }

        // Whatever topic the request names, and clients of 4.x name none: this is the one it is about.
        if (authorizer.Check(caller, AccessAction.Pub, topic) is { } denied)
        {
            return denied;
        }

        if (mayBlock)
        {
            // Opened before the decision: others decide on threads that have more to serve.
            _ = store.Queue(topic, queueId);
        }

        using var deciding = ledger.Enter();
        if (ledger.OutcomeOf(half.QueueOffset) is { } outcome)
        {
            return outcome == 0 || outcome == end.Outcome
                ? null
                : new Refusal(RefusalKind.SystemError, "The transaction has ended the other way");
        }

        needsFiles = !mayBlock && end.Commits && !store.IsLoaded(topic, queueId);
        if (needsFiles)
        {
            return null;
        }

        if (end.Commits && Commit(half, topic, queueId) is { } failure)
        {
            return failure;
        }

        ledger.End(half.QueueOffset, end.Outcome);
        open.End(topic);
        Count(end, half, topic);
        return end.Commits || ledger.Flush()
            ? null
            : new Refusal(RefusalKind.ServiceNotAvailable, $"Service not available now: the rollback is not stored yet ({store.WriteStatus}); it will be, or the producer is asked again");
    }

    private void Count(in TransactionEnd end, in MessageRecord half, string topic)
    {
        if (end.Commits)
        {
            figures.Committed(topic, time.GetUtcNow().ToUnixTimeMilliseconds() - half.BornTimestamp);
        }
        else
        {
            figures.RolledBack(topic);
        }
    }

    /// <summary>A message that says how long it is left alone is decided by its checks afterwards (since 5.1.1).</summary>
    private Refusal? RefuseLate(in TransactionEnd end, in MessageRecord half)
    {
        if (end.IsAnswerToCheck || !CheckImmunity.IsOwn(half))
        {
            return null;
        }

        var ageMs = time.GetUtcNow().ToUnixTimeMilliseconds() - half.BornTimestamp;
        var immuneMs = CheckImmunity.Of(half, options.TransactionTimeOut);
        return ageMs > immuneMs
            ? new Refusal(
                RefusalKind.IllegalOperation,
                $"the transaction is ended {ageMs} ms after its birth, CHECK_IMMUNITY_TIME_IN_SECONDS allows {immuneMs} ms: answer its check instead")
            : null;
    }

    private static Refusal? RefuseOther(in TransactionEnd end, in MessageRecord half)
    {
        if (half.PropertyString(HalfMessages.ProducerGroup) != end.ProducerGroup)
        {
            return new Refusal(RefusalKind.SystemError, "The producer group wrong");
        }

        if (half.QueueOffset != end.QueueOffset)
        {
            return new Refusal(RefusalKind.SystemError, "The transaction state table offset wrong");
        }

        return half.PhysicalOffset != end.PhysicalOffset ? new Refusal(RefusalKind.SystemError, "The commit log offset wrong") : null;
    }

    private Refusal? Commit(in MessageRecord half, string topic, int queueId)
    {
        var draft = RecordCopy.To(topic, queueId, half, storeHost);
        draft.SysFlag = MessageSysFlag.WithTransaction(half.SysFlag, MessageSysFlag.TransactionCommit);
        draft.PreparedTransactionOffset = half.PhysicalOffset;
        var published = publisher.Publish(ref draft);
        ledger.Stored.Note(published);
        return published.IsOk ? null : published.Refusal ?? Explain(published.Status);
    }

    private Refusal Explain(AppendStatus status) => status switch
    {
        AppendStatus.MessageTooLarge or AppendStatus.PropertiesTooLarge => new Refusal(
            RefusalKind.MessageIllegal,
            $"The message is illegal, maybe msg body or properties length not matched. msg body length limit {store.Options.MaxMessageSize}B, msg properties length limit 32KB."),
        AppendStatus.Busy => new Refusal(RefusalKind.SystemError, "OS page cache busy, please try another machine"),
        _ => new Refusal(RefusalKind.ServiceNotAvailable, $"Service not available now: {store.WriteRefusal ?? status.ToString()}"),
    };
}
