namespace RocketMQ.Protocol.Bodies;

/// <summary>A topic as a broker keeps it.</summary>
public record TopicConfig
{
    public string TopicName { get; init; } = "";
    public int ReadQueueNums { get; init; } = 16;
    public int WriteQueueNums { get; init; } = 16;

    /// <summary>Bits: 4 read, 2 write, 1 inherit.</summary>
    public int Perm { get; init; } = 6;

    public TopicFilterType TopicFilterType { get; init; }
    public int TopicSysFlag { get; init; }
    public bool Order { get; init; }

    /// <summary>5.x: such as <c>message.type</c>. In a request, names carry + or - for set and unset.</summary>
    public Dictionary<string, string> Attributes { get; init; } = [];
}
