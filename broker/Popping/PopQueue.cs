namespace RocketMQ.Broker.Popping;

/// <summary>A queue as a group pops it; −1 stands for all queues of the topic.</summary>
public readonly record struct PopQueue(string Topic, string Group, int QueueId);
