

namespace RocketMQ.Broker.Popping;

/// <summary>A queue as a group pops it; −1 stands for all queues of the topic, and so does any other number below 0 that a client sends.</summary>
public readonly record struct PopQueue(string Topic, string Group, int QueueId)
{
    public int QueueId { get; init; } = Math.Max(-1, QueueId);
}
