using Newtonsoft.Json;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Protocol.Bodies;

/// <summary>One connected producer.</summary>
public sealed record ProducerInfo
{
    public string ClientId { get; init; } = "";

    [JsonProperty("remoteIP")]
    public string RemoteIp { get; init; } = "";

    public LanguageCode Language { get; init; } = LanguageCode.Other;
    public int Version { get; init; }
    public long LastUpdateTimestamp { get; init; }
}
