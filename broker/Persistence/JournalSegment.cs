using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Persistence;

/// <summary>One file of the journal. A segment that failed is never written again: what its disk holds is not known.</summary>
internal sealed class JournalSegment(string path, IStoreFile? file) : IDisposable
{
    public string Path { get; } = path;

    /// <summary>Bytes that are on the disk for certain.</summary>
    public long Length { get; private set; }

    /// <summary>The last change in it.</summary>
    public long LastSequence { get; set; }

    /// <summary>Appends and returns when it is on the disk.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        file!.Write(bytes, Length);
        file.Flush();
        Length += bytes.Length;
    }

    public void Dispose() => file?.Dispose();
}
