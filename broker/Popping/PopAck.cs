using Newtonsoft.Json;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// Popped messages that are done: the body of a revive record with tag <c>ack</c>, or <c>bAck</c> with a list of offsets. The first
/// five name the checkpoint.
/// </summary>
public sealed record PopAck
{
    [JsonProperty("t")]
    public string? Topic { get; init; }

    [JsonProperty("c")]
    public string? Group { get; init; }

    [JsonProperty("q")]
    public int QueueId { get; init; }

    [JsonProperty("so")]
    public long StartOffset { get; init; }

    [JsonProperty("pt")]
    public long PopTimeMs { get; init; }

    [JsonProperty("bn")]
    public string? BrokerName { get; init; }

    /// <summary>The offset of an <c>ack</c>; of no meaning in a <c>bAck</c>, where it is −1.</summary>
    [JsonProperty("ao")]
    public long Offset { get; init; }

    /// <summary>The offsets of a <c>bAck</c>.</summary>
    [JsonProperty("aol")]
    public List<long>? Offsets { get; init; }
}
