using System.IO.Compression;

namespace RocketMQ.Protocol.Tests;

/// <summary>Makes bytes that nobody should have sent.</summary>
internal static class Hostile
{
    /// <summary>A copy with some bytes changed, cut out, doubled or moved, or with its end missing.</summary>
    public static byte[] Damage(ReadOnlySpan<byte> bytes, Random random)
    {
        var damaged = new List<byte>(bytes.ToArray());
        for (var strokes = random.Next(1, 5); strokes > 0 && damaged.Count > 1; strokes--)
        {
            var at = random.Next(damaged.Count);
            var length = random.Next(1, Math.Min(16, damaged.Count - at) + 1);
            switch (random.Next(5))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged[at] = (byte)(damaged[at] ^ (1 << random.Next(8)));
                    break;
                case 2:
                    damaged.RemoveRange(at, length);
                    break;
                case 3:
                    damaged.InsertRange(random.Next(damaged.Count), damaged.GetRange(at, length));
                    break;
                default:
                    damaged.RemoveRange(at, damaged.Count - at);
                    break;
            }
        }

        return [.. damaged];
    }

    public static byte[] Fold(byte[] plain)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.Fastest))
        {
            zlib.Write(plain);
        }

        return output.ToArray();
    }

    public static byte[] Unfold(byte[] folded)
    {
        using var output = new MemoryStream();
        using var zlib = new ZLibStream(new MemoryStream(folded), CompressionMode.Decompress);
        zlib.CopyTo(output);
        return output.ToArray();
    }
}
