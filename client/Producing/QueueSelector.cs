namespace RocketMQ.Client;

/// <summary>Chooses the queue a message goes to, among the topic's writable ones, in the order of broker and queue number.</summary>
public delegate MessageQueue QueueSelector(IReadOnlyList<MessageQueue> queues, Message message);
