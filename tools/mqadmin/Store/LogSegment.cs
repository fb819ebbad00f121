namespace RocketMQ.MqAdmin.Store;

/// <summary>One file of the commit log.</summary>
/// <param name="BaseOffset">The position of its first byte in the log, which is its name.</param>
internal sealed record LogSegment(string Path, long BaseOffset, long Length)
{
    public long EndOffset => BaseOffset + Length;
}
