namespace RocketMQ.Protocol.Bodies;

/// <summary>One rule.</summary>
public sealed record PolicyEntryInfo
{
    public string? Resource { get; init; }
    public List<string>? Actions { get; init; }
    public List<string>? SourceIps { get; init; }
    public string? Decision { get; init; }
}
