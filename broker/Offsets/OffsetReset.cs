
namespace RocketMQ.Broker.Offsets;

/// <summary>A group is to go on elsewhere in a topic: an operator's wish.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="QueueId">One queue; <see langword="null"/> or negative for all.</param>
/// <param name="Offset">To this offset of it; <see langword="null"/> or −1 to go by the time.</param>
/// <param name="Timestamp">Ms since 1970; −1 for the end.</param>
/// <param name="IsForced">Also forwards, where consumers are told.</param>
public readonly record struct OffsetReset(string Topic, string Group, int? QueueId, long? Offset, long Timestamp, bool IsForced);
