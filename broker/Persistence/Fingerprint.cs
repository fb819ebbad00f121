using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Persistence;

/// <summary>Tells one content of a file from another.</summary>
public readonly record struct Fingerprint(int Length, uint Crc)
{
    /// <summary>Of a file that is not there.</summary>
    public static Fingerprint None => default;

    public static Fingerprint Of(ReadOnlySpan<byte> content) => new(content.Length, MessageCrc.Compute(content));
}
