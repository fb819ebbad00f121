namespace RocketMQ.Protocol.Bodies;

/// <summary>The name server's <c>kvConfig.json</c>.</summary>
public sealed record KVConfigSerializeWrapper
{
    /// <summary>By namespace, then by key.</summary>
    public Dictionary<string, Dictionary<string, string>> ConfigTable { get; init; } = [];
}
