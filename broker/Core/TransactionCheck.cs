namespace RocketMQ.Broker.Core;

/// <summary>What became of a transaction: its producer is to say so by ending it.</summary>
/// <param name="Topic">Where the half message stands.</param>
/// <param name="QueueOffset">Its place in its queue.</param>
/// <param name="PhysicalOffset">Its place in the log.</param>
/// <param name="UniqueKey">The message's id.</param>
/// <param name="OffsetMessageId">Its id by its place.</param>
/// <param name="BrokerName">Who asks.</param>
/// <param name="Record">The message as it is stored, of its real topic and queue.</param>
public sealed record TransactionCheck(
    string Topic, long QueueOffset, long PhysicalOffset, string? UniqueKey, string OffsetMessageId, string BrokerName, ReadOnlyMemory<byte> Record)
    : ClientNotice;
