using Newtonsoft.Json;

namespace RocketMQ.Protocol.Bodies;

/// <summary>How fast a consumer is with a topic: times in ms, rates per second.</summary>
public sealed record ConsumeStatus
{
    [JsonProperty("pullRT")]
    public double PullRt { get; init; }

    [JsonProperty("pullTPS")]
    public double PullTps { get; init; }

    [JsonProperty("consumeRT")]
    public double ConsumeRt { get; init; }

    [JsonProperty("consumeOKTPS")]
    public double ConsumeOkTps { get; init; }

    [JsonProperty("consumeFailedTPS")]
    public double ConsumeFailedTps { get; init; }

    public long ConsumeFailedMsgs { get; init; }
}
