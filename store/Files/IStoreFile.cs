namespace RocketMQ.Store.Files;

/// <summary>A file read and written by position. Thread-safe.</summary>
public interface IStoreFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads until the buffer is full or the file ends; bytes read.</summary>
    int Read(Span<byte> buffer, long offset);

    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts the file, or extends it with zeros that take no space.</summary>
    void SetLength(long length);

    /// <summary>Returns when what was written is on the disk.</summary>
    void Flush();
}
