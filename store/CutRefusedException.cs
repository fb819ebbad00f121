namespace RocketMQ.Store;

/// <summary>A log can't be cut at an offset; nothing was changed.</summary>
/// <param name="offset">The offset.</param>
/// <param name="why">Why not: what stands there, or where the log begins or ends.</param>
public sealed class CutRefusedException(long offset, string why) : Exception($"The commit log can't be cut at offset {offset}: {why}")
{
    public long Offset { get; } = offset;
}
