namespace RocketMQ.Protocol.Messages;

/// <summary>How a message's stored body is compressed. The broker stores bodies as they come and never converts them.</summary>
public enum BodyCompression
{
    None,

    /// <summary>An RFC 1950 stream.</summary>
    Zlib,

    /// <summary>The LZ4 frame format; recognised, not decompressed here.</summary>
    Lz4,

    /// <summary>A standard zstd frame; recognised, not decompressed here.</summary>
    Zstd,

    /// <summary>Marked compressed with a type this version does not know.</summary>
    Unknown,
}
