namespace RocketMQ.Protocol.Bodies;

/// <summary>Texts by name: runtime information, namespaces, order configuration.</summary>
public sealed record KVTable
{
    public Dictionary<string, string> Table { get; init; } = [];
}
