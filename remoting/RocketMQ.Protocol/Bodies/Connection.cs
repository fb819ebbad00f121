using RocketMQ.Protocol.Codes;

namespace RocketMQ.Protocol.Bodies;

/// <summary>One connected client.</summary>
public sealed record Connection
{
    public string ClientId { get; init; } = "";
    public string ClientAddr { get; init; } = "";
    public LanguageCode Language { get; init; } = LanguageCode.Other;
    public int Version { get; init; }
}
