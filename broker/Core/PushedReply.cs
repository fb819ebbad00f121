namespace RocketMQ.Broker.Core;

/// <summary>The reply to a request-reply message, on its way to the client that asked. It owns its bytes.</summary>
public sealed record PushedReply
{
    public required string ProducerGroup { get; init; }

    public required string Topic { get; init; }

    public required string DefaultTopic { get; init; }

    public int DefaultTopicQueueNums { get; init; }

    public int QueueId { get; init; }

    public int SysFlag { get; init; }

    public int Flag { get; init; }

    /// <summary>Ms since 1970.</summary>
    public long BornTimestamp { get; init; }

    /// <summary>Ms since 1970.</summary>
    public long StoreTimestamp { get; init; }

    public required string BornHost { get; init; }

    public required string StoreHost { get; init; }

    public int ReconsumeTimes { get; init; }

    public bool UnitMode { get; init; }

    public required byte[] Properties { get; init; }

    public required byte[] Body { get; init; }
}
