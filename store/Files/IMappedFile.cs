namespace RocketMQ.Store.Files;

/// <summary>A file in memory. <see cref="Address"/> is valid until disposal: who reads holds a lease on the owner.</summary>
public unsafe interface IMappedFile : IDisposable
{
    byte* Address { get; }

    long Size { get; }

    /// <summary>Returns when this range is on the disk.</summary>
    void Flush(long offset, long length);

    /// <summary>
    /// Makes sure that writing to this range finds space: holes left by a program that did not reserve it are filled.
    /// </summary>
    /// <exception cref="DiskFullException">The space could not be reserved.</exception>
    void Reserve(long offset, long length);

    /// <summary>Brings pages in so that writing to them does not wait. Harmless beside writers.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="pageByPage">Dearer, but the kernel never keeps the core for long; else it may clear some MiB at a stretch.</param>
    void Warm(long offset, long length, bool pageByPage);

    /// <summary>Zeroes a range, keeping its space.</summary>
    void Clear(long offset, long length);
}
