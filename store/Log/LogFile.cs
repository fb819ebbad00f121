using RocketMQ.Store.Files;

namespace RocketMQ.Store.Log;

/// <summary>
/// One file of the commit log. It is mapped when first needed, and unmapped when it was retired and the last reader let go of it.
/// </summary>
internal sealed unsafe class LogFile(IStoreFileSystem files, string path, long baseOffset, long size, bool isReadOnly) : IThreadPoolWorkItem
{
    private readonly Lock _mapping = new();
    private IMappedFile? _mapped;
    private byte* _address;

    /// <summary>Readers plus one for the log itself.</summary>
    private int _leases = 1;

    public string Path { get; } = path;

    public long BaseOffset { get; } = baseOffset;

    public long Size { get; } = size;

    public long EndOffset => BaseOffset + Size;

    public static LogFile Create(IStoreFileSystem files, string path, long baseOffset, long size)
    {
        var file = new LogFile(files, path, baseOffset, size, isReadOnly: false);
        file.Attach(files.CreateMapped(path, size));
        return file;
    }

    /// <summary>The mapping; the caller holds a lease.</summary>
    public IMappedFile Mapped
    {
        get
        {
            EnsureMapped();
            return _mapped!;
        }
    }

    /// <summary>Takes a lease: until <see cref="Release"/> the bytes stay where they are. False when the file was retired.</summary>
    public bool TryLease()
    {
        var seen = Volatile.Read(ref _leases);
        while (seen > 0)
        {
            var actual = Interlocked.CompareExchange(ref _leases, seen + 1, seen);
            if (actual == seen)
            {
                EnsureMapped();
                return true;
            }
            seen = actual;
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0)
        {
            // Unmapping a deleted gigabyte takes a while: not on the thread of whoever happened to read last.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Gives up the log's own lease; the file is unmapped once no reader is left.</summary>
    public void Retire()
    {
        if (Interlocked.Decrement(ref _leases) == 0)
        {
            Unmap();
        }
    }

    void IThreadPoolWorkItem.Execute() => Unmap();

    /// <summary>Bytes from a physical offset; the caller holds a lease.</summary>
    public Span<byte> Bytes(long physicalOffset, int length)
    {
        var at = physicalOffset - BaseOffset;
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at + length, Size);
        // SAFETY: within the mapping, which the caller's lease keeps.
        return new Span<byte>(_address + at, length);
    }

    private void EnsureMapped()
    {
        if (Volatile.Read(ref _mapped) is null)
        {
            lock (_mapping)
            {
                if (_mapped is null)
                {
                    Attach(files.OpenMapped(Path, Size, isReadOnly));
                }
            }
        }
    }

    private void Unmap() => _mapped?.Dispose();

    private void Attach(IMappedFile mapped)
    {
        _address = mapped.Address;
        Volatile.Write(ref _mapped, mapped);
    }
}
