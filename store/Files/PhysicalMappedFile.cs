using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RocketMQ.Store.Files;

/// <summary>
/// A mapped file whose space is reserved before the first write: a store to an unbacked page of a full disk is SIGBUS, which no handler survives.
/// </summary>
internal sealed unsafe class PhysicalMappedFile : IMappedFile
{
    private static readonly int PageSize = Environment.SystemPageSize;

    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly bool _isReadOnly;
    private bool _disposed;

    private PhysicalMappedFile(string path, SafeFileHandle handle, long size, bool isReadOnly = false)
    {
        _path = path;
        _handle = handle;
        _isReadOnly = isReadOnly;
        Size = size;
        var access = isReadOnly ? MemoryMappedFileAccess.Read : MemoryMappedFileAccess.ReadWrite;
        _map = MemoryMappedFile.CreateFromFile(handle, null, size, access, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, size, access);
        byte* address = null;
        // SAFETY: released in Dispose; readers hold leases on the owner, which disposes only after the last.
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        Address = address + _view.PointerOffset;
    }

    public byte* Address { get; }

    public long Size { get; }

    public static PhysicalMappedFile Create(string path, long size)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            ReserveSpace(path, handle, 0, size);
            return new PhysicalMappedFile(path, handle, size);
        }
        catch (IOException)
        {
            if (handle is not null)
            {
                handle.Dispose();
                File.Delete(path);
            }
            throw;
        }
    }

    public static PhysicalMappedFile Open(string path, long size)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            if (RandomAccess.GetLength(handle) < size)
            {
                RandomAccess.SetLength(handle, size);
            }
            return new PhysicalMappedFile(path, handle, size);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public static PhysicalMappedFile OpenReadOnly(string path, long size)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            return new PhysicalMappedFile(path, handle, size, isReadOnly: true);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public void Flush(long offset, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            _view.Flush();
            RandomAccess.FlushToDisk(_handle);
            return;
        }
        var start = offset / PageSize * PageSize;
        if (Libc.Sync((nint)(Address + start), (nuint)(offset + length - start), Libc.SyncNow) != 0)
        {
            throw new IOException($"cannot flush {_path}, bytes {offset} to {offset + length}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    public void Reserve(long offset, long length)
    {
        ThrowIfReadOnly();
        ReserveSpace(_path, _handle, offset, length);
    }

    public void Warm(long offset, long length, bool pageByPage)
    {
        ThrowIfReadOnly();
        var start = offset / PageSize * PageSize;
        length = Math.Min(offset + length, Size) - start;
        if (length <= 0 || (OperatingSystem.IsLinux() && TryPopulate((nint)(Address + start), (nuint)length, pageByPage)))
        {
            return;
        }
        for (var at = start; at < start + length; at += PageSize)
        {
            // SAFETY: within the mapping; adding zero atomically loses no write of another thread.
            Interlocked.Add(ref *(int*)(Address + at), 0);
        }
    }

    public void Clear(long offset, long length)
    {
        ThrowIfReadOnly();
        if (OperatingSystem.IsLinux() && Libc.Allocate(_handle, Libc.ZeroRange, offset, length) == 0)
        {
            return;
        }
        for (var at = offset; at < offset + length;)
        {
            var block = new Span<byte>(Address + at, (int)Math.Min(64 * 1024, offset + length - at));
            if (block.ContainsAnyExcept((byte)0))
            {
                block.Clear();
            }
            at += block.Length;
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        // The handle, not the accessor: disposing the accessor syncs the whole view first.
        _view.SafeMemoryMappedViewHandle.Dispose();
        _map.Dispose();
        _handle.Dispose();
    }

    /// <summary>The way to this mapping is one exception: what writes to memory that may only be read ends the process.</summary>
    private void ThrowIfReadOnly()
    {
        if (_isReadOnly)
        {
            throw new UnauthorizedAccessException($"{_path} may only be read: readOnlyCommitLogStorePaths names its directory");
        }
    }

    private static bool TryPopulate(nint address, nuint length, bool pageByPage)
    {
        // Where access is not random the kernel reads ahead: of a file without data that is to clear as much as read_ahead_kb says at a stretch.
        var isRandom = pageByPage && Libc.Advise(address, length, Libc.RandomAccess) == 0;
        var populated = Libc.Advise(address, length, Libc.PopulateWrite) == 0;
        if (isRandom)
        {
            _ = Libc.Advise(address, length, Libc.NormalAccess);
        }
        return populated;
    }

    private static void ReserveSpace(string path, SafeFileHandle handle, long offset, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            if (RandomAccess.GetLength(handle) < offset + length)
            {
                RandomAccess.SetLength(handle, offset + length);
            }
            return;
        }
        var error = Libc.Reserve(handle, offset, length);
        if (error is Libc.NoSpace or Libc.QuotaExceeded)
        {
            throw new DiskFullException(path, length);
        }
        if (error != 0)
        {
            throw new IOException($"cannot reserve {length} bytes for {path}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }
}
