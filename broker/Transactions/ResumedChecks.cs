using RocketMQ.Broker.Auth;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Queries;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Transactions;

/// <summary>A half message that was given up is checked again, from the first time on.</summary>
public sealed class ResumedChecks(TransactionChecks checks, StoredRecords records, IAuthorizer authorizer)
{
    /// <param name="offset">The half message's place in the log, which may have to be read from the disk.</param>
    /// <param name="caller">Who asks.</param>
    public async ValueTask<Refusal?> ResumeAsync(long offset, Caller caller) =>
        Deny(caller, offset) ?? checks.Resume(offset)
        ?? (await checks.Stored.WaitStoredAsync().ConfigureAwait(false)).Refuse("the half message", "It is checked; resume it again after a crash.");

    /// <summary>Whatever topic a request names: the half message's own is the one it is about.</summary>
    private Refusal? Deny(in Caller caller, long offset)
    {
        using var lease = records.Find(offset);
        return lease.IsValid && MessageRecord.TryRead(lease.Bytes, out var record) == RecordReadStatus.Ok
            ? authorizer.Check(caller, AccessAction.Update, StoredRecords.TopicOf(record))
            : new Refusal(RefusalKind.SystemError, $"there is no half message at offset {offset} of the log");
    }
}
