namespace RocketMQ.Protocol.Bodies;

/// <summary>The queues of a topic on one broker.</summary>
public sealed record QueueData
{
    public string BrokerName { get; init; } = "";
    public int ReadQueueNums { get; init; }
    public int WriteQueueNums { get; init; }

    /// <summary>Bits: 4 read, 2 write, 1 inherit.</summary>
    public int Perm { get; init; }

    public int TopicSysFlag { get; init; }
}
