using RocketMQ.Store.Files;

namespace RocketMQ.Store.Queues;

/// <summary>Open consume queue files, the longest unused closed when there are too many: a process has fewer handles than a store has queues.</summary>
internal sealed class QueueFileCache(IStoreFileSystem files, int capacity) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _byUse = new();

    public int OpenFiles
    {
        get
        {
            lock (_lock)
            {
                return _byUse.Count;
            }
        }
    }

    /// <summary>Leases a queue's file; it stays open until the lease is disposed.</summary>
    public Lease Rent(QueueFiles owner, long baseOffset, bool create)
    {
        lock (_lock)
        {
            if (owner.Cached is { } cached && cached.BaseOffset == baseOffset)
            {
                return Use(cached);
            }
        }
        var opened = new Entry(owner, baseOffset, files.OpenFile(owner.PathOf(baseOffset), create));
        lock (_lock)
        {
            if (owner.Cached is { } other)
            {
                if (other.BaseOffset == baseOffset)
                {
                    opened.File.Dispose();
                    return Use(other);
                }
                Evict(other);
            }
            owner.Cached = opened;
            _byUse.AddFirst(opened.Node);
            while (_byUse.Count > capacity)
            {
                Evict(_byUse.Last!.Value);
            }
            return Use(opened);
        }
    }

    /// <summary>Closes a queue's file, as before it is cut or deleted.</summary>
    public void Close(QueueFiles owner)
    {
        lock (_lock)
        {
            if (owner.Cached is { } cached)
            {
                Evict(cached);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            while (_byUse.Last is { } last)
            {
                Evict(last.Value);
            }
        }
    }

    private Lease Use(Entry entry)
    {
        entry.Leases++;
        if (_byUse.First != entry.Node)
        {
            _byUse.Remove(entry.Node);
            _byUse.AddFirst(entry.Node);
        }
        return new Lease(this, entry);
    }

    private void Evict(Entry entry)
    {
        _byUse.Remove(entry.Node);
        entry.Owner.Cached = null;
        entry.IsEvicted = true;
        if (entry.Leases == 0)
        {
            entry.File.Dispose();
        }
    }

    private void Return(Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Leases == 0 && entry.IsEvicted)
            {
                entry.File.Dispose();
            }
        }
    }

    internal sealed class Entry
    {
        public Entry(QueueFiles owner, long baseOffset, IStoreFile file)
        {
            Owner = owner;
            BaseOffset = baseOffset;
            File = file;
            Node = new LinkedListNode<Entry>(this);
        }

        public QueueFiles Owner { get; }

        public long BaseOffset { get; }

        public IStoreFile File { get; }

        public LinkedListNode<Entry> Node { get; }

        public int Leases { get; set; }

        public bool IsEvicted { get; set; }
    }

    internal readonly struct Lease(QueueFileCache cache, Entry entry) : IDisposable
    {
        public IStoreFile File => entry.File;

        public void Dispose() => cache.Return(entry);
    }
}
