using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Transactions;

/// <summary>What a producer says became of a transaction.</summary>
/// <param name="ProducerGroup">Its group.</param>
/// <param name="QueueOffset">The half message's place in its queue.</param>
/// <param name="PhysicalOffset">The half message's place in the log.</param>
/// <param name="Commits">Committed, or rolled back.</param>
/// <param name="IsAnswerToCheck">Whether the broker has asked.</param>
/// <param name="MessageId">For the log.</param>
public readonly record struct TransactionEnd(
    string ProducerGroup, long QueueOffset, long PhysicalOffset, bool Commits, bool IsAnswerToCheck, string? MessageId)
{
    /// <summary>As a message's sysFlag says it.</summary>
    internal int Outcome => Commits ? MessageSysFlag.TransactionCommit : MessageSysFlag.TransactionRollback;
}
