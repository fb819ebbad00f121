using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Auth;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Queries;
using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Transactions;

/// <summary>
/// END_TRANSACTION (37): a producer commits or rolls back a half message. A commit's trace is the message itself, a rollback's its
/// operation record: each is in the log before it is answered. "Unknown" is left to the checks and has no answer.
/// </summary>
public sealed class EndTransactionHandler(
    BrokerOptions options, MessageStore store, MessageHost storeHost, MessagePublisher publisher, TransactionLedger ledger,
    OpenTransactions open, TransactionFigures figures, StoredRecords records, IAuthorizer authorizer, Lane coldReads, TimeProvider time,
    ILogger<EndTransactionHandler> logger) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<EndTransactionRequestHeader>();
        if (header.CommitOrRollback is not (MessageSysFlag.TransactionCommit or MessageSysFlag.TransactionRollback))
        {
            return ValueTask.FromResult<RemotingCommand?>(null);
        }

        return records.IsHot(header.CommitLogOffset) ? EndAsync(context, header, mayBlock: false) : EndOnLaneAsync(context, header);
    }

    /// <summary>The lane asks who the request's user is when the connection has gone on to others.</summary>
    private ValueTask<RemotingCommand?> EndOnLaneAsync(in RequestContext context, EndTransactionRequestHeader header)
    {
        var owned = new RequestContext(context.Connection, context.Request.ToOwned());
        return coldReads.AnswerAsync(context.Connection, () => EndAsync(owned, header, mayBlock: true));
    }

    private async ValueTask<RemotingCommand?> EndAsync(RequestContext context, EndTransactionRequestHeader header, bool mayBlock)
    {
        var refusal = End(context, header, mayBlock, out var isForLane);
        if (isForLane)
        {
            return await EndOnLaneAsync(context, header).ConfigureAwait(false);
        }

        refusal ??= (await ledger.Stored.WaitStoredAsync().ConfigureAwait(false)).Refuse("the end of the transaction", "Say it again, or the producer is asked.");
        if (refusal is null)
        {
            return RemotingCommand.Response(ResponseCode.Success);
        }

        Log.TransactionNotEnded(logger, PlainText.Of(header.MsgId), header.ProducerGroup, refusal.Reason);
        return refusal.ToResponse();
    }

    /// <param name="context">The request.</param>
    /// <param name="header">What the producer says.</param>
    /// <param name="mayBlock">Whether files may be opened.</param>
    /// <param name="isForLane">They would have to be, and nothing is done.</param>
    private Refusal? End(in RequestContext context, EndTransactionRequestHeader header, bool mayBlock, out bool isForLane)
    {
        isForLane = false;
        using var lease = records.Find(header.CommitLogOffset);
        if (!lease.IsValid || MessageRecord.TryRead(lease.Bytes, out var half) != RecordReadStatus.Ok
            || !half.Topic.SequenceEqual("RMQ_SYS_TRANS_HALF_TOPIC"u8))
        {
            return new Refusal(ResponseCode.SystemError, "Find prepared transaction message failed");
        }

        if ((RefuseLate(header, half) ?? RefuseOther(header, half)) is { } refusal)
        {
            return refusal;
        }

        if (!RealDestination.TryRead(half.Properties, out var topic, out var queueId))
        {
            return new Refusal(ResponseCode.SystemError, "Find prepared transaction message failed: it names no real topic");
        }

        // Whatever topic the request names, and clients of 4.x name none: this is the one it is about.
        if (authorizer.Check(context, AccessAction.Pub, topic) is { } denied)
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
            return outcome == 0 || outcome == header.CommitOrRollback
                ? null
                : new Refusal(ResponseCode.SystemError, "The transaction has ended the other way");
        }

        isForLane = !mayBlock && header.CommitOrRollback == MessageSysFlag.TransactionCommit && !store.IsLoaded(topic, queueId);
        if (isForLane)
        {
            return null;
        }

        if (header.CommitOrRollback == MessageSysFlag.TransactionCommit && Commit(half, topic, queueId) is { } failure)
        {
            return failure;
        }

        ledger.End(half.QueueOffset, header.CommitOrRollback);
        open.End(topic);
        Count(header, half, topic);
        return header.CommitOrRollback == MessageSysFlag.TransactionCommit || ledger.Flush()
            ? null
            : new Refusal(ResponseCode.ServiceNotAvailable, $"Service not available now: the rollback is not stored yet ({store.WriteStatus}); it will be, or the producer is asked again");
    }

    private void Count(EndTransactionRequestHeader header, in MessageRecord half, string topic)
    {
        if (header.CommitOrRollback == MessageSysFlag.TransactionCommit)
        {
            figures.Committed(topic, time.GetUtcNow().ToUnixTimeMilliseconds() - half.BornTimestamp);
        }
        else
        {
            figures.RolledBack(topic);
        }
    }

    /// <summary>A message that says how long it is left alone is decided by its checks afterwards (since 5.1.1).</summary>
    private Refusal? RefuseLate(EndTransactionRequestHeader header, in MessageRecord half)
    {
        if (header.FromTransactionCheck || !CheckImmunity.IsOwn(half))
        {
            return null;
        }

        var ageMs = time.GetUtcNow().ToUnixTimeMilliseconds() - half.BornTimestamp;
        var immuneMs = CheckImmunity.Of(half, options.TransactionTimeOut);
        return ageMs > immuneMs
            ? new Refusal(
                ResponseCode.IllegalOperation,
                $"the transaction is ended {ageMs} ms after its birth, CHECK_IMMUNITY_TIME_IN_SECONDS allows {immuneMs} ms: answer its check instead")
            : null;
    }

    private static Refusal? RefuseOther(EndTransactionRequestHeader header, in MessageRecord half)
    {
        if (half.PropertyString(HalfMessages.ProducerGroup) != header.ProducerGroup)
        {
            return new Refusal(ResponseCode.SystemError, "The producer group wrong");
        }

        if (half.QueueOffset != header.TranStateTableOffset)
        {
            return new Refusal(ResponseCode.SystemError, "The transaction state table offset wrong");
        }

        return half.PhysicalOffset != header.CommitLogOffset ? new Refusal(ResponseCode.SystemError, "The commit log offset wrong") : null;
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
            ResponseCode.MessageIllegal,
            $"The message is illegal, maybe msg body or properties length not matched. msg body length limit {store.Options.MaxMessageSize}B, msg properties length limit 32KB."),
        AppendStatus.Busy => new Refusal(ResponseCode.SystemError, "OS page cache busy, please try another machine"),
        _ => new Refusal(ResponseCode.ServiceNotAvailable, $"Service not available now: {store.WriteRefusal ?? status.ToString()}"),
    };
}
