using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Core;

/// <summary>A group goes on from other offsets of a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="Timestamp">The time that was asked for, ms since 1970.</param>
/// <param name="IsForced">Also backwards.</param>
/// <param name="Offsets">Where each queue goes on.</param>
public sealed record OffsetsReset(
    string Topic, string Group, long Timestamp, bool IsForced, Dictionary<MessageQueue, long> Offsets) : ClientNotice;
