

namespace RocketMQ.Broker.Filtering;

/// <summary>
/// The bits of a bloom filter that stand for one group on one topic, as consumerFilter.json keeps them.
/// </summary>
/// <param name="BitNum">Size of the filter the positions belong to.</param>
/// <param name="BitPos">Positions below <paramref name="BitNum"/>, one per hash function; may repeat.</param>
public sealed record BloomFilterData(int BitNum, int[] BitPos)
{
    public bool Equals(BloomFilterData? other) =>
        other is not null && BitNum == other.BitNum && BitPos.AsSpan().SequenceEqual(other.BitPos);

    public override int GetHashCode() => HashCode.Combine(BitNum, BitPos.Length, BitPos.Length > 0 ? BitPos[0] : 0);
}
