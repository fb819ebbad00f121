using RocketMQ.Broker.Filtering.Sql;

namespace RocketMQ.Broker.Filtering;

/// <summary>
/// What the broker knows of one group's expression on one topic; immutable, a change replaces it. Times are
/// milliseconds since 1970 UTC.
/// </summary>
public sealed record ConsumerFilterData
{
    public required string ConsumerGroup { get; init; }

    public required string Topic { get; init; }

    public required string Expression { get; init; }

    public required string ExpressionType { get; init; }

    /// <summary><see cref="Expression"/>, compiled.</summary>
    public required SqlFilter Filter { get; init; }

    /// <summary>When this expression was first seen: bit maps of messages stored until then know nothing of it.</summary>
    public required long BornTimeMs { get; init; }

    /// <summary>When the group's last consumer left; 0 while it lives.</summary>
    public long DeadTimeMs { get; init; }

    /// <summary>The subscription's subVersion as the client gave it.</summary>
    public required long ClientVersion { get; init; }

    public required BloomFilterData Bloom { get; init; }

    public bool IsDead => DeadTimeMs >= BornTimeMs;

    /// <summary>
    /// Asked of a consume-queue entry's bit map before the record is read. True as well when the bit map can say
    /// nothing: the message is older than the expression, or the bit map is of another size.
    /// </summary>
    public bool MayMatch(ReadOnlySpan<byte> bitMap, long storeTimeMs) =>
        storeTimeMs <= BornTimeMs || bitMap.Length * 8 != Bloom.BitNum || BloomFilter.Has(Bloom, bitMap);
}
