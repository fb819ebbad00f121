namespace RocketMQ.Broker.Auth.Plain;

/// <summary>A text, a list or a table of a plain_acl.yml.</summary>
/// <param name="Line">Where it stands, from 1.</param>
public sealed record PlainAclNode(long Line)
{
    /// <summary>The text; null of a list or a table.</summary>
    public string? Text { get; init; }

    public IReadOnlyList<PlainAclNode> Items { get; init; } = [];

    public IReadOnlyDictionary<string, PlainAclNode>? Fields { get; init; }
}
