using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Core;

/// <summary>What the broker tells a client of itself, without an answer.</summary>
public abstract record ClientNotice;

/// <summary>The members of a consumer group have changed: the queues are to be divided anew.</summary>
public sealed record MembersChanged(string Group) : ClientNotice;

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

/// <summary>A group goes on from other offsets of a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="Timestamp">The time that was asked for, ms since 1970.</param>
/// <param name="IsForced">Also backwards.</param>
/// <param name="Offsets">Where each queue goes on.</param>
public sealed record OffsetsReset(
    string Topic, string Group, long Timestamp, bool IsForced, Dictionary<MessageQueue, long> Offsets) : ClientNotice;
