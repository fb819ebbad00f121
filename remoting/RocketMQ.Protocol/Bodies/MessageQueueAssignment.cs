namespace RocketMQ.Protocol.Bodies;

/// <summary>A queue given to a consumer, and how to read it. Queue -1 stands for all queues of the broker.</summary>
public sealed record MessageQueueAssignment
{
    public MessageQueue? MessageQueue { get; init; }
    public MessageRequestMode Mode { get; init; }
    public Dictionary<string, string>? Attachments { get; init; }
}
