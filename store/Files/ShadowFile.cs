using System.IO.MemoryMappedFiles;

namespace RocketMQ.Store.Files;

/// <summary>
/// A file as a process sees it that mapped it for itself: pages come from the disk until they are written. One that is longer than what is on the
/// disk, or not there at all, is memory alone.
/// </summary>
internal sealed unsafe class ShadowFile : IDisposable
{
    private const int CompareBytes = 64 * 1024;

    private readonly string? _realPath;
    private readonly Lock _lock = new();
    private readonly List<Mapping> _outgrown = [];
    private Mapping? _mapping;

    /// <param name="realPath">The file on the disk; null when there is none.</param>
    public ShadowFile(string? realPath)
    {
        _realPath = realPath;
        Length = realPath is null ? 0 : new FileInfo(realPath).Length;
        _mapping = Length == 0 ? null : Mapping.OfFile(realPath!, Length);
    }

    public long Length { get; private set; }

    /// <summary>Makes the file at least this long, with zeros.</summary>
    public void Extend(long length)
    {
        lock (_lock)
        {
            if (length > Length)
            {
                SetLength(length);
            }
        }
    }

    /// <summary>How the file differs from the one on the disk; null when it does not.</summary>
    public ShadowChange? Change(string path)
    {
        lock (_lock)
        {
            if (_realPath != path || !File.Exists(path))
            {
                return new(path, ShadowChangeKind.Created, 0, Length);
            }

            using var real = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var realLength = RandomAccess.GetLength(real);
            var (from, to) = (long.MaxValue, 0L);
            var block = new byte[CompareBytes];
            for (var at = 0L; at < Math.Min(realLength, Length); at += CompareBytes)
            {
                var count = (int)Math.Min(CompareBytes, Math.Min(realLength, Length) - at);
                RandomAccess.Read(real, block.AsSpan(0, count), at);
                var mine = new ReadOnlySpan<byte>(_mapping!.Address + at, count);
                if (!mine.SequenceEqual(block.AsSpan(0, count)))
                {
                    from = Math.Min(from, at + mine.CommonPrefixLength(block.AsSpan(0, count)));
                    to = at + count - CommonSuffix(mine, block.AsSpan(0, count));
                }
            }

            return Length != realLength ? new(path, ShadowChangeKind.Changed, Math.Min(from, Math.Min(Length, realLength)), Math.Max(Length, realLength))
                : from == long.MaxValue ? null
                : new(path, ShadowChangeKind.Changed, from, to);
        }
    }

    public void Dispose()
    {
        _mapping?.Dispose();
        _outgrown.ForEach(mapping => mapping.Dispose());
    }

    private static int CommonSuffix(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var count = 0;
        while (count < a.Length && a[^(count + 1)] == b[^(count + 1)])
        {
            count++;
        }

        return count;
    }

    private void SetLength(long length)
    {
        if (length > (_mapping?.Size ?? 0))
        {
            var grown = Mapping.OfMemory(Math.Max(length, 2 * Length));
            if (_mapping is { } old)
            {
                // SAFETY: both mappings live until this file is disposed and hold at least Length bytes.
                Buffer.MemoryCopy(old.Address, grown.Address, grown.Size, Length);
                _outgrown.Add(old);
            }

            _mapping = grown;
        }
        else if (length < Length)
        {
            new Span<byte>(_mapping!.Address + length, checked((int)(Length - length))).Clear();
        }

        Length = length;
    }

    /// <summary>The file as one who opened it has it. Closing it keeps what was written.</summary>
    internal sealed class View(ShadowFile file) : IStoreFile, IMappedFile
    {
        public byte* Address => file._mapping is { } mapping ? mapping.Address : null;

        public long Size => file.Length;

        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            lock (file._lock)
            {
                var count = (int)Math.Clamp(file.Length - offset, 0, buffer.Length);
                if (count > 0)
                {
                    new ReadOnlySpan<byte>(Address + offset, count).CopyTo(buffer);
                }

                return count;
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (file._lock)
            {
                file.Extend(offset + bytes.Length);
                bytes.CopyTo(new Span<byte>(Address + offset, bytes.Length));
            }
        }

        public void SetLength(long length)
        {
            lock (file._lock)
            {
                file.SetLength(length);
            }
        }

        public void Flush()
        {
        }

        public void Flush(long offset, long length)
        {
        }

        public void Reserve(long offset, long length)
        {
        }

        public void Warm(long offset, long length, bool pageByPage)
        {
        }

        public void Clear(long offset, long length)
        {
            for (var at = offset; at < offset + length; at += CompareBytes)
            {
                var block = new Span<byte>(Address + at, (int)Math.Min(CompareBytes, offset + length - at));
                if (block.ContainsAnyExcept((byte)0))
                {
                    block.Clear();
                }
            }
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Memory of this process alone.</summary>
    private sealed class Mapping : IDisposable
    {
        private readonly MemoryMappedFile _map;
        private readonly MemoryMappedViewAccessor _view;

        private Mapping(MemoryMappedFile map, long size, MemoryMappedFileAccess access)
        {
            _map = map;
            _view = map.CreateViewAccessor(0, size, access);
            Size = size;
            byte* address = null;
            // SAFETY: released in Dispose, which the file system calls after the store that reads is gone.
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
            Address = address + _view.PointerOffset;
        }

        public byte* Address { get; }

        public long Size { get; }

        public static Mapping OfMemory(long size) => new(MemoryMappedFile.CreateNew(null, size), size, MemoryMappedFileAccess.ReadWrite);

        public static Mapping OfFile(string path, long size)
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var map = MemoryMappedFile.CreateFromFile(handle, null, size, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
            return new(map, size, MemoryMappedFileAccess.CopyOnWrite);
        }

        public void Dispose()
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.SafeMemoryMappedViewHandle.Dispose();
            _map.Dispose();
        }
    }
}
