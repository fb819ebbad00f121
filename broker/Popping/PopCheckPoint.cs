using Newtonsoft.Json;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// What one pop took out of one queue and until when it is hidden: the body of a revive record with tag <c>ck</c>, in Apache's JSON.
/// The offsets are <see cref="StartOffset"/> plus each of <see cref="OffsetDiffs"/>; checkpoints of early 5.0 have none of these and
/// mean <see cref="Count"/> offsets in a row.
/// </summary>
public sealed record PopCheckPoint
{
    [JsonProperty("t")]
    public string? Topic { get; init; }

    [JsonProperty("c")]
    public string? Group { get; init; }

    [JsonProperty("q")]
    public int QueueId { get; init; }

    [JsonProperty("so")]
    public long StartOffset { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    [JsonProperty("pt")]
    public long PopTimeMs { get; init; }

    [JsonProperty("it")]
    public long InvisibleTimeMs { get; init; }

    [JsonProperty("n")]
    public int Count { get; init; }

    [JsonProperty("d")]
    public List<int>? OffsetDiffs { get; init; }

    [JsonProperty("bn")]
    public string? BrokerName { get; init; }

    /// <summary>Apache's working memory; always 0 on disk.</summary>
    [JsonProperty("bm")]
    public int BitMap { get; init; }

    /// <summary>Apache's working memory; always 0 on disk.</summary>
    [JsonProperty("ro")]
    public long ReviveOffset { get; init; }

    /// <summary>How often Apache wrote this checkpoint again because it could not bring the message back.</summary>
    [JsonProperty("rp")]
    public string? RewriteTimes { get; init; }

    /// <summary>When what was not acknowledged comes back, milliseconds since 1970.</summary>
    [JsonProperty("reviveTime")]
    public long ReviveTimeMs => PopTimeMs + InvisibleTimeMs;

    public long OffsetAt(int index) => StartOffset + (OffsetDiffs is { Count: > 0 } diffs ? diffs[index] : index);

    /// <returns>Negative when the offset is not of this pop.</returns>
    public int IndexOf(long offset)
    {
        var diff = offset - StartOffset;
        return diff is < 0 or > int.MaxValue ? -1
            : OffsetDiffs is { Count: > 0 } diffs ? diffs.IndexOf((int)diff)
            : diff < Count ? (int)diff
            : -1;
    }
}
