using System.Buffers.Binary;
using System.Numerics;

namespace RocketMQ.Broker.Filtering;

/// <summary>MurmurHash3 x64 128 bits with seed 0 (public domain, Austin Appleby), the low half.</summary>
internal static class Murmur3
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public static long Low64(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            ulong h1 = 0, h2 = 0;
            var rest = data;
            for (; rest.Length >= 16; rest = rest[16..])
            {
                h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(rest));
                h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
                h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
                h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
            }
            // What is left is mixed in as if padded with zeros: a zero word mixes to zero.
            Span<byte> tail = stackalloc byte[16];
            tail.Clear();
            rest.CopyTo(tail);
            h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(tail)) ^ (ulong)data.Length;
            h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..])) ^ (ulong)data.Length;
            h1 += h2;
            h2 += h1;
            return (long)(Finish(h1) + Finish(h2));
        }
    }

    private static ulong Mix1(ulong k) => unchecked(BitOperations.RotateLeft(k * C1, 31) * C2);

    private static ulong Mix2(ulong k) => unchecked(BitOperations.RotateLeft(k * C2, 33) * C1);

    private static ulong Finish(ulong h)
    {
        unchecked
        {
            h = (h ^ (h >> 33)) * 0xff51afd7ed558ccd;
            h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53;
            return h ^ (h >> 33);
        }
    }
}
