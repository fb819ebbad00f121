using Newtonsoft.Json;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// The last ordered pop of a queue, as it stands in <c>consumerOrderInfo.json</c>. While one of its messages is neither acknowledged
/// nor visible again, nobody else gets anything from the queue. Never changed, only replaced.
/// </summary>
public sealed record OrderInfo
{
    /// <summary>Most messages of one pop: they are bits of <see cref="AckedBits"/>.</summary>
    public const int MaxMessages = 64;

    /// <summary>Whose pop it was: a repeated attempt is not kept out by itself.</summary>
    [JsonProperty("a")]
    public string? AttemptId { get; init; }

    [JsonProperty("popTime")]
    public long PopTimeMs { get; init; }

    [JsonProperty("i")]
    public long? InvisibleTimeMs { get; init; }

    /// <summary>The first offset, then the distances of the others from it.</summary>
    [JsonProperty("o")]
    public List<long> Offsets { get; init; } = [];

    /// <summary>When a message is visible again, where that was changed; by offset, milliseconds since 1970.</summary>
    [JsonProperty("ot")]
    public Dictionary<long, long>? VisibleAtMs { get; init; }

    /// <summary>How often a message was popped before, by offset; those never popped before are left out.</summary>
    [JsonProperty("oc")]
    public Dictionary<long, int>? PoppedBefore { get; init; }

    [JsonProperty("l")]
    public long LastConsumeMs { get; init; }

    /// <summary>Bit i: the message at index i is acknowledged.</summary>
    [JsonProperty("cm")]
    public long AckedBits { get; init; }

    public static List<long> ToDistances(IReadOnlyList<long> offsets) => [.. offsets.Select((offset, i) => i == 0 ? offset : offset - offsets[0])];

    public long OffsetAt(int index) => index == 0 ? Offsets[0] : Offsets[0] + Offsets[index];

    /// <returns>Negative when the offset is not of this pop.</returns>
    public int IndexOf(long offset)
    {
        for (var i = 0; i < Offsets.Count; i++)
        {
            if (OffsetAt(i) == offset)
            {
                return i;
            }
        }

        return -1;
    }

    public bool IsAcked(int index) => (AckedBits & (1L << index)) != 0;

    /// <summary>The first offset that is not acknowledged; after the last one when all are.</summary>
    public long NextOffset
    {
        get
        {
            for (var i = 0; i < Offsets.Count; i++)
            {
                if (!IsAcked(i))
                {
                    return OffsetAt(i);
                }
            }

            return OffsetAt(Offsets.Count - 1) + 1;
        }
    }

    /// <summary>When the first message that still hides becomes visible; <see langword="null"/> when none hides any more.</summary>
    /// <param name="nowMs">Milliseconds since 1970.</param>
    /// <param name="defaultInvisibleTimeMs">For pops that did not say.</param>
    public long? HiddenUntilMs(long nowMs, long defaultInvisibleTimeMs)
    {
        for (var i = 0; i < Offsets.Count; i++)
        {
            if (IsAcked(i))
            {
                continue;
            }

            var visibleAt = VisibleAtMs is not null && VisibleAtMs.TryGetValue(OffsetAt(i), out var changed)
                ? changed
                : PopTimeMs + (InvisibleTimeMs is > 0 ? InvisibleTimeMs.Value : defaultInvisibleTimeMs);
            if (nowMs < visibleAt)
            {
                return visibleAt;
            }
        }

        return null;
    }

    /// <summary>How often each of these offsets was popped before, this pop counted.</summary>
    public Dictionary<long, int> CountsFor(IEnumerable<long> offsets)
    {
        var counts = new Dictionary<long, int>();
        foreach (var offset in offsets)
        {
            if (IndexOf(offset) >= 0)
            {
                counts[offset] = (PoppedBefore?.GetValueOrDefault(offset) ?? 0) + 1;
            }
        }

        return counts;
    }
}
