using System.IO.Compression;

namespace RocketMQ.Protocol.Messages;

/// <summary>Zlib (RFC 1950) bodies, the one compression every client understands.</summary>
public static class ZlibBody
{
    /// <summary>Level Apache's clients use by default.</summary>
    public const int DefaultLevel = 5;

    /// <summary>Largest body <see cref="Inflate"/> unpacks unless told otherwise, in bytes.</summary>
    public const int DefaultMaxInflatedSize = 128 * 1024 * 1024;

    public static byte[] Deflate(ReadOnlySpan<byte> body, int level = DefaultLevel)
    {
        using var packed = new MemoryStream(body.Length / 2 + 64);
        using (var zlib = new ZLibStream(packed, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
        {
            zlib.Write(body);
        }
        return packed.ToArray();
    }

    /// <summary>Unpacks a body.</summary>
    /// <exception cref="InvalidDataException">The bytes are no zlib stream, or unpack to more than <paramref name="maxSize"/> bytes.</exception>
    public static unsafe byte[] Inflate(ReadOnlySpan<byte> packed, int maxSize = DefaultMaxInflatedSize)
    {
        // SAFETY: the stream over the pinned span is disposed before the pin ends and is only read.
        fixed (byte* start = packed)
        {
            using var source = new UnmanagedMemoryStream(start, packed.Length);
            using var zlib = new ZLibStream(source, CompressionMode.Decompress);
            using var plain = new MemoryStream(Math.Min(maxSize, packed.Length * 4 + 64));
            Span<byte> chunk = stackalloc byte[4096];
            int read;
            while ((read = zlib.Read(chunk)) > 0)
            {
                if (plain.Length + read > maxSize)
                {
                    throw new InvalidDataException($"the body unpacks to more than {maxSize} bytes");
                }
                plain.Write(chunk[..read]);
            }
            return plain.ToArray();
        }
    }
}
