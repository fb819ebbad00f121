using Newtonsoft.Json;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Popped messages of one queue that are done.</summary>
public sealed record BatchAck
{
    [JsonProperty("c")]
    public string? ConsumerGroup { get; init; }

    [JsonProperty("t")]
    public string? Topic { get; init; }

    /// <summary><c>0</c> for the topic itself, <c>1</c> and <c>2</c> for its retry topics.</summary>
    [JsonProperty("r")]
    public string? Retry { get; init; }

    [JsonProperty("so")]
    public long StartOffset { get; init; }

    [JsonProperty("q")]
    public int QueueId { get; init; }

    [JsonProperty("rq")]
    public int ReviveQueueId { get; init; }

    [JsonProperty("pt")]
    public long PopTime { get; init; }

    [JsonProperty("it")]
    public long InvisibleTime { get; init; }

    /// <summary>The acknowledged offsets, counted from <see cref="StartOffset"/>: bit 0 is the lowest of the first byte, zeros at the end left out.</summary>
    [JsonProperty("b")]
    public byte[]? BitSet { get; init; }
}
