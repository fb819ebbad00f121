namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to QUERY_CORRECTION_OFFSET (308).</summary>
public sealed record QueryCorrectionOffsetBody
{
    /// <summary>By queue.</summary>
    public Dictionary<int, long> CorrectionOffsets { get; init; } = [];
}
