namespace RocketMQ.Protocol.Bodies;

/// <summary>Rules of one kind.</summary>
public sealed record PolicyInfo
{
    public string? PolicyType { get; init; }
    public List<PolicyEntryInfo>? Entries { get; init; }
}
