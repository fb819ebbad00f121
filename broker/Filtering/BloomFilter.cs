using System.Text;

namespace RocketMQ.Broker.Filtering;

/// <summary>
/// The bloom filter whose bits stand in the consume queue's extension (<c>enableCalcFilterBitMap</c>): a message's bit
/// map has the bits of every group whose expression it matches. Sizes and positions are those of a Java broker with
/// the same two settings, so bit maps on disk keep their meaning.
/// </summary>
public sealed class BloomFilter
{
    /// <param name="errorPercent"><c>maxErrorRateOfBloomFilter</c>, 1 to 99; 20 by default.</param>
    /// <param name="expectedGroups"><c>expectConsumerNumUseFilter</c>, at least 1; 32 by default.</param>
    public BloomFilter(int errorPercent = 20, int expectedGroups = 32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(errorPercent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(errorPercent, 99);
        ArgumentOutOfRangeException.ThrowIfLessThan(expectedGroups, 1);
        var errorRate = errorPercent / 100.0;
        HashCount = (int)Math.Ceiling(Math.Log(errorRate) / Math.Log(0.5));
        var bits = Math.Ceiling(expectedGroups * (Math.Log(1 / errorRate) / Math.Log(2)) * (Math.Log(Math.E) / Math.Log(2)));
        BitCount = (int)(8 * Math.Ceiling(bits / 8));
    }

    /// <summary>Bit positions per group.</summary>
    public int HashCount { get; }

    /// <summary>Bits of a bit map, a multiple of 8.</summary>
    public int BitCount { get; }

    public int ByteCount => BitCount / 8;

    public BloomFilterData PositionsOf(string group, string topic)
    {
        var hash = Murmur3.Low64(Encoding.UTF8.GetBytes(group + "#" + topic));
        var low = (int)hash;
        var high = (int)(hash >> 32);
        var positions = new int[HashCount];
        for (var i = 1; i <= HashCount; i++)
        {
            var combined = unchecked(low + (i * high));
            positions[i - 1] = (combined < 0 ? ~combined : combined) % BitCount;
        }
        return new BloomFilterData(BitCount, positions);
    }

    /// <summary>Whether the data was made for a filter of this size; data read from a file may be anything.</summary>
    public bool Owns(BloomFilterData? data) =>
        data is not null && data.BitNum == BitCount && data.BitPos.Length == HashCount
        && !data.BitPos.AsSpan().ContainsAnyExceptInRange(0, BitCount - 1);

    public static void Set(BloomFilterData data, Span<byte> bitMap)
    {
        foreach (var position in data.BitPos)
            bitMap[position / 8] |= (byte)(1 << (position % 8));
    }

    public static bool Has(BloomFilterData data, ReadOnlySpan<byte> bitMap)
    {
        foreach (var position in data.BitPos)
        {
            if ((bitMap[position / 8] & (1 << (position % 8))) == 0)
                return false;
        }
        return true;
    }
}
