using RocketMQ.Store.Files;

namespace RocketMQ.Fault.Tests.Power;

/// <summary>
/// A file system in memory from power-on until the power is lost: then each page that was not flushed is on the disk or not, of each directory's changes
/// since it was flushed the first ones are, and every call fails. Power goes when a test says so, or at an operation named before.
/// </summary>
internal sealed class PowerFileSystem : IStoreFileSystem
{
    private const int WriteBackEvery = 8;

    private readonly Lock _lock = new();
    private readonly string _root;
    private readonly Random _random;
    private readonly TimeProvider _clock;
    private readonly DiskDirectory _top = new();
    private readonly NameJournal _names = new();
    private readonly List<DiskFile> _opened = [];
    private readonly HashSet<DiskFile> _known = [];
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isGone;
    private long _goneAt = long.MaxValue;

    /// <param name="root">All files are under this directory, which exists as long as there is a disk.</param>
    /// <param name="image">What the disk holds.</param>
    /// <param name="random">Decides what survives.</param>
    public PowerFileSystem(string root, DiskImage image, Random random, TimeProvider clock)
    {
        _root = root;
        _random = random;
        _clock = clock;
        foreach (var directory in image.Directories.Order(StringComparer.Ordinal))
        {
            var (parent, name) = Locate(Path.Combine(root, directory));
            parent.Add(name, new DiskDirectory());
        }

        foreach (var (path, content) in image.Files)
        {
            var (parent, name) = Locate(Path.Combine(root, path));
            parent.Add(name, new DiskFile(content, clock.GetUtcNow()));
        }
    }

    /// <summary>Completes when the power is gone.</summary>
    public Task Lost => _lost.Task;

    public bool IsGone => _isGone;

    /// <summary>When it went.</summary>
    public DateTimeOffset LostAt { get; private set; }

    /// <summary>What is on the disk then.</summary>
    public DiskImage Survivors { get; private set; } = DiskImage.Empty;

    /// <summary>Operations so far that change something or bring it to the disk.</summary>
    public long Operations { get; private set; }

    /// <summary>The last of them.</summary>
    public string LastOperation { get; private set; } = "";

    /// <summary>Called when the power goes, before anybody is told.</summary>
    public Action? Losing { get; set; }

    /// <summary>Which files' and directories' flushes fail; what such a flush was to write is not written later either, unless it changes again.</summary>
    public Func<string, bool> FlushFails { get; set; } = _ => false;

    /// <summary>Which flushes only say that they happened: a disk that lies, or a program that forgot them.</summary>
    public Func<string, bool> FlushLies { get; set; } = _ => false;

    /// <summary>No space for new files, nor for files that grow.</summary>
    public bool IsFull { get; set; }

    /// <summary>How long a flush takes.</summary>
    public TimeSpan FlushTime { get; set; }

    public DiskSpace Space { get; set; } = new(1000, 100, 900);

    /// <summary>The power goes so many operations from now, before the last of them is done.</summary>
    public void LosePowerAfter(int operations)
    {
        lock (_lock)
        {
            _goneAt = Operations + operations;
        }
    }

    public void LosePower()
    {
        lock (_lock)
        {
            if (_isGone)
            {
                return;
            }

            Losing?.Invoke();
            LostAt = _clock.GetUtcNow();
            Survivors = Survive();
            _isGone = true;
            LastOperation = $"{Operations}, {LastOperation}";
        }

        _lost.TrySetResult();
    }

    /// <summary>All as processes see it.</summary>
    public DiskImage Snapshot()
    {
        lock (_lock)
        {
            return Image(directory => directory.Seen, file => file.Snapshot());
        }
    }

    /// <summary>The process is gone and the machine is not: what it wrote is there. Nobody gets at the files any more.</summary>
    public DiskImage Leave()
    {
        lock (_lock)
        {
            _isGone = true;
            return Snapshot();
        }
    }

    public void CreateDirectory(string path)
    {
        lock (_lock)
        {
            ThrowIfGone();
            var directory = _top;
            foreach (var name in Names(path))
            {
                if (!directory.Seen.TryGetValue(name, out var next))
                {
                    Step($"make the directory {path}");
                    _names.Add(new NameJournal.Change(directory, name, next = new DiskDirectory()));
                }

                directory = next as DiskDirectory ?? throw new IOException($"{path}: {name} is a file");
            }
        }
    }

    public bool FileExists(string path) => Look(() => Find(path) is DiskFile);

    public IReadOnlyList<string> FileNames(string directory) => Look(() => NamesIn<DiskFile>(directory));

    public IReadOnlyList<string> DirectoryNames(string directory) => Look(() => NamesIn<DiskDirectory>(directory));

    public long FileLength(string path) => Look(() => Find(path) is DiskFile file ? file.Length : -1);

    public DateTimeOffset LastWriteTime(string path) => Look(() => Find(path) is DiskFile file ? file.WrittenAt : DateTimeOffset.FromUnixTimeSeconds(0));

    public void DeleteFile(string path)
    {
        lock (_lock)
        {
            ThrowIfGone();
            var (directory, name) = Locate(path);
            if (directory.Seen.TryGetValue(name, out var node))
            {
                _ = node as DiskFile ?? throw new UnauthorizedAccessException($"{path} is a directory");
                Step($"delete {path}");
                _names.Add(new NameJournal.Change(directory, name, null));
            }
        }
    }

    public void MoveFile(string path, string newPath)
    {
        lock (_lock)
        {
            ThrowIfGone();
            var (directory, name) = Locate(path);
            var (newDirectory, newName) = Locate(newPath);
            var file = directory.Seen.GetValueOrDefault(name) as DiskFile ?? throw new FileNotFoundException($"There is no file {path}.", path);
            Step($"move {path} to {newPath}");
            _names.Add(new(directory, name, null), new(newDirectory, newName, file));
        }
    }

    public void FlushDirectory(string path)
    {
        TakeTime();
        lock (_lock)
        {
            Step($"flush the directory {path}");
            if (FlushFails(path))
            {
                throw new IOException($"cannot flush the directory {path}: input/output error");
            }

            if (!FlushLies(path) && IsHere(path) && Find(path) is DiskDirectory directory)
            {
                _names.Flush(directory);
            }
        }
    }

    public void DeleteDirectory(string path)
    {
        lock (_lock)
        {
            ThrowIfGone();
            if (Find(path) is DiskDirectory directory)
            {
                Empty(directory, path);
                Step($"delete the directory {path}");
                var (parent, name) = Locate(path);
                _names.Add(new NameJournal.Change(parent, name, null));
            }
        }
    }

    public IStoreFile OpenFile(string path, bool create)
    {
        lock (_lock)
        {
            return new OpenedFile(this, path, Open(path, create));
        }
    }

    public IMappedFile CreateMapped(string path, long size)
    {
        lock (_lock)
        {
            ThrowIfGone();
            if (Find(path) is not null)
            {
                throw new IOException($"{path} exists");
            }

            if (IsFull)
            {
                throw new DiskFullException(path, size);
            }

            return Map(path, Open(path, create: true), size);
        }
    }

    public IMappedFile OpenMapped(string path, long size)
    {
        lock (_lock)
        {
            return Map(path, Open(path, create: false), size);
        }
    }

    public IDisposable Lock(string path)
    {
        lock (_lock)
        {
            ThrowIfGone();
            return _locks.Add(path) ? new Unlock(this, path) : throw new IOException($"{path} is locked");
        }
    }

    public DiskSpace SpaceOf(string directory) => Look(() => Space);

    public bool TryFlushAll(string directory)
    {
        TakeTime();
        lock (_lock)
        {
            Step("flush all");
            if (FlushFails(_root))
            {
                throw new IOException("cannot flush the file system: input/output error");
            }

            if (!FlushLies(_root))
            {
                _names.FlushAll();
                foreach (var file in _opened)
                {
                    file.Flush(0, file.Length);
                }
            }

            return true;
        }
    }

    private OpenedFile Map(string path, DiskFile file, long size)
    {
        file.SetLength(Math.Max(file.Length, size));
        file.Map();
        return new OpenedFile(this, path, file);
    }

    private DiskFile Open(string path, bool create)
    {
        ThrowIfGone();
        var (directory, name) = Locate(path);
        if (!directory.Seen.TryGetValue(name, out var node))
        {
            if (!create)
            {
                throw new FileNotFoundException($"There is no file {path}.", path);
            }

            if (IsFull)
            {
                throw new IOException($"No space left on device: {path}");
            }

            Step($"create {path}");
            _names.Add(new NameJournal.Change(directory, name, node = new DiskFile { WrittenAt = _clock.GetUtcNow() }));
        }

        var file = node as DiskFile ?? throw new UnauthorizedAccessException($"{path} is a directory");
        if (_known.Add(file))
        {
            _opened.Add(file);
        }

        return file;
    }

    /// <summary>An operation: it may be the one that the power is lost at, and the kernel may use the time to write something out.</summary>
    private void Step(string operation)
    {
        ThrowIfGone();
        Operations++;
        LastOperation = operation;
        if (Operations >= _goneAt)
        {
            LosePower();
            ThrowIfGone();
        }

        if (_opened.Count > 0 && _random.Next(WriteBackEvery) == 0)
        {
            _opened[_random.Next(_opened.Count)].WriteBack(_random);
        }
    }

    private void ThrowIfGone()
    {
        if (_isGone)
        {
            throw new IOException("the power is gone");
        }
    }

    /// <summary>A slow disk keeps who flushes waiting, and nobody else.</summary>
    private void TakeTime()
    {
        if (FlushTime > TimeSpan.Zero)
        {
            Thread.Sleep(FlushTime);
        }
    }

    private T Look<T>(Func<T> look)
    {
        lock (_lock)
        {
            ThrowIfGone();
            return look();
        }
    }

    /// <summary>In some worlds nothing survives that was not flushed, in some everything, in most a part.</summary>
    private DiskImage Survive()
    {
        var chance = _random.Next(4) switch { 0 => 0, 1 => 1, _ => _random.NextDouble() };
        _names.Survive(_random, _random.Next(4) switch { 0 => 0, 1 => 1, _ => null });
        return Image(directory => directory.Kept, file => file.Survive(_random, chance));
    }

    private DiskImage Image(Func<DiskDirectory, Dictionary<string, object>> names, Func<DiskFile, DiskImage.Content> content)
    {
        var files = new Dictionary<string, DiskImage.Content>(StringComparer.Ordinal);
        var directories = new List<string>();
        Visit(_top, "");
        return new(files, directories);

        void Visit(DiskDirectory directory, string path)
        {
            foreach (var (name, node) in names(directory).OrderBy(n => n.Key, StringComparer.Ordinal))
            {
                if (node is DiskDirectory child)
                {
                    directories.Add(path + name);
                    Visit(child, $"{path}{name}/");
                }
                else
                {
                    files[path + name] = content((DiskFile)node);
                }
            }
        }
    }

    private void Empty(DiskDirectory directory, string path)
    {
        var names = directory.Seen.Keys.Order(StringComparer.Ordinal).ToArray();
        _random.Shuffle(names);
        foreach (var name in names)
        {
            if (directory.Seen[name] is DiskDirectory child)
            {
                Empty(child, $"{path}/{name}");
            }

            Step($"delete {path}/{name}");
            _names.Add(new NameJournal.Change(directory, name, null));
        }
    }

    private List<string> NamesIn<TNode>(string directory) => Find(directory) is DiskDirectory found
        ? [.. found.Seen.Where(n => n.Value is TNode).Select(n => n.Key).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The directory that holds the root is not this disk's business.</summary>
    private bool IsHere(string path) => path == _root || path.StartsWith(_root + "/", StringComparison.Ordinal);

    private string[] Names(string path)
    {
        var relative = Path.GetRelativePath(_root, path);
        return relative == "." ? []
            : relative.StartsWith("..", StringComparison.Ordinal) ? throw new InvalidOperationException($"{path} is not under {_root}")
            : relative.Split('/');
    }

    private object? Find(string path)
    {
        object? node = _top;
        foreach (var name in Names(path))
        {
            node = (node as DiskDirectory)?.Seen.GetValueOrDefault(name);
        }

        return node;
    }

    private (DiskDirectory Parent, string Name) Locate(string path) =>
        (Find(Path.GetDirectoryName(path)!) as DiskDirectory ?? throw new DirectoryNotFoundException($"There is no directory for {path}."), Path.GetFileName(path));

    private sealed class Unlock(PowerFileSystem system, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (system._lock)
            {
                system._locks.Remove(path);
            }
        }
    }

    private sealed unsafe class OpenedFile(PowerFileSystem system, string path, DiskFile file) : IStoreFile, IMappedFile
    {
        public byte* Address => file.Address;

        public long Size => file.Length;

        public long Length => system.Look(() => file.Length);

        public int Read(Span<byte> buffer, long offset)
        {
            lock (system._lock)
            {
                system.ThrowIfGone();
                return file.Read(buffer, offset);
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (system._lock)
            {
                system.Step($"write {bytes.Length} bytes at {offset} of {path}");
                if (system.IsFull && offset + bytes.Length > file.Length)
                {
                    throw new IOException($"No space left on device: {path}");
                }

                file.Write(bytes, offset);
                file.WrittenAt = system._clock.GetUtcNow();
            }
        }

        public void SetLength(long length)
        {
            lock (system._lock)
            {
                system.Step($"make {path} {length} bytes long");
                file.SetLength(length);
            }
        }

        public void Flush() => Flush(0, long.MaxValue / 2);

        public void Flush(long offset, long length)
        {
            system.TakeTime();
            lock (system._lock)
            {
                system.Step($"flush {path}");
                length = Math.Min(length, file.Length - offset);
                if (system.FlushFails(path))
                {
                    file.FailToFlush(offset, length);
                    throw new IOException($"cannot flush {path}: input/output error");
                }

                if (!system.FlushLies(path))
                {
                    file.Flush(offset, length);
                }

                file.WrittenAt = system._clock.GetUtcNow();
            }
        }

        public void Reserve(long offset, long length)
        {
            // What is reserved holds: space is refused to files that are made or grow.
        }

        public void Warm(long offset, long length, bool pageByPage)
        {
        }

        public void Clear(long offset, long length)
        {
            lock (system._lock)
            {
                system.Step($"clear {length} bytes at {offset} of {path}");
                file.Clear(offset, length);
            }
        }

        public void Dispose()
        {
        }
    }
}
