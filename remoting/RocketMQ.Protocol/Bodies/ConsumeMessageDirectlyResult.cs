namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to CONSUME_MESSAGE_DIRECTLY (309).</summary>
public sealed record ConsumeMessageDirectlyResult
{
    public bool Order { get; init; }
    public bool AutoCommit { get; init; } = true;
    public CMResult? ConsumeResult { get; init; }
    public string? Remark { get; init; }
    public long SpentTimeMills { get; init; }
}
