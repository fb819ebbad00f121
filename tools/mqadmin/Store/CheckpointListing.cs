using System.Buffers.Binary;

namespace RocketMQ.MqAdmin.Store;

/// <summary>The checkpoint file: up to which store timestamps, in ms since 1970, parts of the store were on the disk.</summary>
internal sealed record CheckpointListing(long Log, long Queues, long Index)
{
    /// <returns><see langword="null"/> when there is none, or a shorter one.</returns>
    public static CheckpointListing? Load(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> bytes = stackalloc byte[24];
        return RandomAccess.Read(handle, bytes, 0) < bytes.Length
            ? null
            : new(BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadInt64BigEndian(bytes[16..]));
    }
}
