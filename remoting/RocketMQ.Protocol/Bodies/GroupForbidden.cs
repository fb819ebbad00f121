namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to UPDATE_AND_GET_GROUP_FORBIDDEN (353).</summary>
public sealed record GroupForbidden
{
    public string? Topic { get; init; }
    public string? Group { get; init; }
    public bool? Readable { get; init; }
}
