using RocketMQ.Store.Files;

namespace RocketMQ.Store.Tests.Faults;

/// <summary>
/// A file system that forgets, at a crash, whatever was not flushed; and one that is full, or whose disk fails, when told so. Names, lengths and
/// reserved space last at once, contents only when flushed.
/// </summary>
internal sealed class LossyFileSystem : IStoreFileSystem
{
    /// <summary>The system's error number, which the runtime gives as HResult.</summary>
    private const int NoSpace = 28;

    private static readonly PhysicalFileSystem Disk = PhysicalFileSystem.Instance;

    private readonly Dictionary<string, FileImage> _images = [];
    private readonly HashSet<string> _locks = [];
    private volatile bool _isCrashed;

    /// <summary>No space for new files, nor for writes beyond what is reserved.</summary>
    public bool IsFull { get; set; }

    /// <summary>No space to reserve a mapped file; what is smaller still finds some.</summary>
    public bool IsTight { get; set; }

    /// <summary>Flushes fail with an I/O error.</summary>
    public bool FailsToFlush { get; set; }

    /// <summary>Files cannot be deleted.</summary>
    public bool FailsToDelete { get; set; }

    /// <summary>Called when a directory is deleted.</summary>
    public Action? DirectoryDeleted { get; set; }

    /// <summary>When all files were written last; null: when the disk says.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    public DiskSpace Space { get; set; } = new(1000, 100, 900);

    /// <summary>The space of directories that have disks of their own.</summary>
    public Dictionary<string, DiskSpace> Spaces { get; } = [];

    /// <summary>Directories whose disk has no space to reserve a mapped file.</summary>
    public HashSet<string> TightDirectories { get; } = [];

    /// <summary>What this process may not write to: a path, and all below it.</summary>
    public HashSet<string> MountedForReading { get; } = [];

    /// <summary>Held by every flush of a mapped file while it lasts: a test that takes it keeps the disk busy.</summary>
    public Lock DiskBusy { get; } = new();

    public int LogFlushes { get; private set; }

    /// <summary>Ends the world: what was not flushed is lost, but for pages the given chance lets through; nothing more gets to the disk.</summary>
    public void Crash(Random? random = null, double survivingPages = 0)
    {
        lock (_images)
        {
            _isCrashed = true;
            foreach (var image in _images.Values)
            {
                image.LosePages(random, survivingPages);
            }
        }
    }

    public void CreateDirectory(string path) => IfAlive(() =>
    {
        ThrowIfMountedForReading(path);
        Disk.CreateDirectory(path);
    });

    public bool FileExists(string path) => Disk.FileExists(path);

    public IReadOnlyList<string> FileNames(string directory) => Disk.FileNames(directory);

    public IReadOnlyList<string> DirectoryNames(string directory) => Disk.DirectoryNames(directory);

    public long FileLength(string path)
    {
        lock (_images)
        {
            return _images.TryGetValue(path, out var image) ? image.Length : Disk.FileLength(path);
        }
    }

    public DateTimeOffset LastWriteTime(string path) => WrittenAt ?? Disk.LastWriteTime(path);

    public void DeleteFile(string path) => IfAlive(() =>
    {
        ThrowIfMountedForReading(path);
        if (FailsToDelete && Disk.FileExists(path))
        {
            throw new UnauthorizedAccessException(path);
        }
        _images.Remove(path);
        Disk.DeleteFile(path);
    });

    public void MoveFile(string path, string newPath) => IfAlive(() =>
    {
        _images.Remove(newPath);
        if (_images.Remove(path, out var image))
        {
            image.Path = newPath;
            _images[newPath] = image;
        }
        Disk.MoveFile(path, newPath);
    });

    public void FlushDirectory(string path)
    {
        // Names last at once.
    }

    public void DeleteDirectory(string path)
    {
        IfAlive(() =>
        {
            foreach (var name in _images.Keys.Where(k => k.StartsWith(path + "/", StringComparison.Ordinal)).ToList())
            {
                _images.Remove(name);
            }
            Disk.DeleteDirectory(path);
        });
        DirectoryDeleted?.Invoke();
    }

    public IStoreFile OpenFile(string path, bool create) => new LossyFile(this, Image(path, create));

    public IMappedFile CreateMapped(string path, long size)
    {
        ThrowIfMountedForReading(path);
        if (IsFull || IsTight || TightDirectories.Contains(Path.GetDirectoryName(path)!))
        {
            throw new DiskFullException(path, size);
        }
        if (File.Exists(path))
        {
            throw new IOException($"{path} exists");
        }
        return new LossyFile(this, Image(path, create: true, size));
    }

    public IMappedFile OpenMapped(string path, long size) => OpenMapped(path, size, isReadOnly: false);

    public IMappedFile OpenMapped(string path, long size, bool isReadOnly)
    {
        if (!isReadOnly)
        {
            ThrowIfMountedForReading(path);
        }
        return new LossyFile(this, Image(path, create: false, size));
    }

    public bool IsWritable(string path) => !MountedForReading.Any(directory => (path + "/").StartsWith(directory + "/", StringComparison.Ordinal));

    public IDisposable Lock(string path)
    {
        lock (_locks)
        {
            return _locks.Add(path) ? new Unlock(() => _locks.Remove(path)) : throw new IOException("locked");
        }
    }

    public DiskSpace SpaceOf(string directory) => Spaces.GetValueOrDefault(directory, Space);

    private void ThrowIfMountedForReading(string path)
    {
        if (!IsWritable(path))
        {
            throw new UnauthorizedAccessException(path);
        }
    }

    private FileImage Image(string path, bool create, long size = 0)
    {
        lock (_images)
        {
            ThrowIfCrashed();
            if (!_images.TryGetValue(path, out var image))
            {
                if (!File.Exists(path) && !create)
                {
                    throw new FileNotFoundException(path);
                }
                using (File.Open(path, FileMode.OpenOrCreate))
                {
                }
                _images[path] = image = new FileImage(path);
            }
            if (size > image.Length)
            {
                image.SetLength(size);
            }
            return image;
        }
    }

    private void IfAlive(Action action)
    {
        lock (_images)
        {
            if (!_isCrashed)
            {
                action();
            }
        }
    }

    private void ThrowIfCrashed()
    {
        if (_isCrashed)
        {
            throw new IOException("crashed");
        }
    }

    private sealed class Unlock(Action unlock) : IDisposable
    {
        public void Dispose() => unlock();
    }

    /// <summary>A file's content as processes see it, at an address that stays; the disk has what was flushed.</summary>
    private sealed class FileImage
    {
        private const int PageSize = 4096;

        private byte[] _content;

        public FileImage(string path)
        {
            Path = path;
            var onDisk = File.ReadAllBytes(path);
            _content = GC.AllocateArray<byte>(onDisk.Length, pinned: true);
            onDisk.CopyTo(_content, 0);
        }

        public string Path { get; set; }

        public int Length => _content.Length;

        public Span<byte> Content => _content;

        public unsafe byte* Address => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _content[0]);

        public void SetLength(long length)
        {
            var resized = GC.AllocateArray<byte>((int)length, pinned: true);
            Content[..Math.Min(resized.Length, _content.Length)].CopyTo(resized);
            _content = resized;
            using var file = File.Open(Path, FileMode.Open);
            file.SetLength(length);
        }

        public void Flush(long offset, long length)
        {
            using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Write);
            RandomAccess.Write(file, Content.Slice((int)offset, (int)length), offset);
        }

        public void LosePages(Random? random, double surviving)
        {
            for (var at = 0; random is not null && at < _content.Length; at += PageSize)
            {
                if (random.NextDouble() < surviving && File.Exists(Path))
                {
                    Flush(at, Math.Min(PageSize, _content.Length - at));
                }
            }
        }
    }

    private sealed unsafe class LossyFile(LossyFileSystem system, FileImage image) : IStoreFile, IMappedFile
    {
        public byte* Address => image.Address;

        public long Size => image.Length;

        public long Length => image.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            lock (system._images)
            {
                var count = (int)Math.Clamp(image.Length - offset, 0, buffer.Length);
                image.Content.Slice((int)Math.Min(offset, image.Length), count).CopyTo(buffer);
                return count;
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (system._images)
            {
                system.ThrowIfCrashed();
                if (system.IsFull)
                {
                    throw new IOException("no space left on device", NoSpace);
                }
                if (offset + bytes.Length > image.Length)
                {
                    image.SetLength(offset + bytes.Length);
                }
                bytes.CopyTo(image.Content[(int)offset..]);
            }
        }

        public void SetLength(long length)
        {
            lock (system._images)
            {
                system.ThrowIfCrashed();
                image.SetLength(length);
            }
        }

        public void Flush() => Flush(0, image.Length);

        public void Flush(long offset, long length)
        {
            lock (system.DiskBusy)
            {
                lock (system._images)
                {
                    system.ThrowIfCrashed();
                    if (system.FailsToFlush)
                    {
                        throw new IOException("input/output error");
                    }
                    system.LogFlushes += image.Path.Contains("/commitlog/") ? 1 : 0;
                    image.Flush(offset, length);
                }
            }
        }

        public void Reserve(long offset, long length)
        {
            if (system.IsFull)
            {
                throw new DiskFullException(image.Path, length);
            }
        }

        public void Warm(long offset, long length, bool pageByPage)
        {
        }

        public void Clear(long offset, long length) => image.Content.Slice((int)offset, (int)length).Clear();

        public void Dispose()
        {
        }
    }
}
