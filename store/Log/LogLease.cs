using RocketMQ.Store.Log;

namespace RocketMQ.Store;

/// <summary>Bytes of the commit log that stay where they are until disposal.</summary>
public readonly struct LogLease : IDisposable
{
    private readonly LogFile? _file;
    private readonly long _physicalOffset;
    private readonly int _length;

    internal LogLease(LogFile file, long physicalOffset, int length)
    {
        _file = file;
        _physicalOffset = physicalOffset;
        _length = length;
    }

    /// <summary>Whether the bytes were found.</summary>
    public bool IsValid => _file is not null;

    public long PhysicalOffset => _physicalOffset;

    public ReadOnlySpan<byte> Bytes => _file is null ? default : _file.Bytes(_physicalOffset, _length);

    public void Dispose() => _file?.Release();
}
