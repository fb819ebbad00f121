namespace RocketMQ.Client;

/// <summary>
/// The queues of a topic that one member of a group consumes. Every member computes this for itself, so the result must depend on nothing else.
/// </summary>
/// <param name="clientId">The member; among <paramref name="clientIds"/>.</param>
/// <param name="queues">All queues, in order.</param>
/// <param name="clientIds">All members, in ordinal order.</param>
public delegate IReadOnlyList<MessageQueue> QueueAllocation(
    string clientId, IReadOnlyList<MessageQueue> queues, IReadOnlyList<string> clientIds);
