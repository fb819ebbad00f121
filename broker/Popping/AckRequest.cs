
namespace RocketMQ.Broker.Popping;

/// <summary>One popped message is done.</summary>
/// <param name="Topic">The topic of the queue it was popped from.</param>
/// <param name="Group">Who popped it; empty for nobody.</param>
/// <param name="QueueId">The queue.</param>
/// <param name="Offset">The message.</param>
/// <param name="Receipt">What it was handed out with.</param>
public readonly record struct AckRequest(string Topic, string Group, int QueueId, long Offset, string Receipt);

/// <summary>Messages of one queue are done that one pop took.</summary>
/// <param name="Topic">The queue's own topic.</param>
/// <param name="Group">Who popped them.</param>
/// <param name="QueueId">The queue.</param>
/// <param name="Receipt">The pop.</param>
/// <param name="Offsets">The messages; those that the queue has not are passed over.</param>
public sealed record QueueAck(string Topic, string Group, int QueueId, PopReceipt Receipt, IReadOnlyList<long> Offsets);
