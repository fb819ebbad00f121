using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Store.Files;
using RocketMQ.Store.Log;
using RocketMQ.Store.Recovery;

namespace RocketMQ.Store.Queues;

/// <summary>All consume queues, loaded from disk when first asked for: a start does not open ten thousand topics.</summary>
internal sealed class QueueTable : IDisposable
{
    /// <summary>Consume queue files kept open.</summary>
    internal const int MaxOpenFiles = 512;

    /// <summary>How long a queue that can't be read is left alone.</summary>
    private const int RetryAfterMs = 1_000;

    /// <summary>Bytes a topic may have: what a directory's name may.</summary>
    internal const int MaxNameBytes = 255;

    private readonly IStoreFileSystem _files;
    private readonly QueueLayout _simple;
    private readonly QueueLayout _batch;
    private readonly Func<string, QueueType?> _typeOf;
    private readonly QueueManifest _manifest;
    private readonly QueueFlusher _flusher;
    private readonly CommitLog _log;
    private readonly IStoreParts _parts;
    private readonly ILogger _logger;
    private readonly QueueFileCache _cache;
    private readonly ConcurrentDictionary<string, TopicQueues> _topics = new(TopicNameComparer.Instance);
    private readonly ConcurrentDictionary<string, TopicQueues>.AlternateLookup<ReadOnlySpan<byte>> _topicsByUtf8;
    private readonly bool _hasLightQueues;

    /// <summary>Topics that had queues at the start: others can't have any but those made since.</summary>
    private readonly HashSet<string> _atStart;

    /// <summary>Topics that had batch queues at the start: what they are when nobody knows.</summary>
    private readonly HashSet<string> _batchAtStart;

    /// <summary>Queues that can't be used, why, and when that was last tried.</summary>
    private readonly ConcurrentDictionary<(string Topic, int QueueId), (string Why, long TriedAt)> _setAside = new();
    private int _lightTopicCount;

    /// <param name="options">Where queues are, how large their files.</param>
    /// <param name="files">The file system.</param>
    /// <param name="manifest">What each had.</param>
    /// <param name="typeOf">How a topic's queues are kept; null where it is not known.</param>
    /// <param name="flusher">Writes them out.</param>
    /// <param name="log">What they list.</param>
    /// <param name="parts">The store's other parts.</param>
    /// <param name="topics">Which topics are light queues.</param>
    /// <param name="logger">Told of what is wrong.</param>
    public QueueTable(
        StoreOptions options, IStoreFileSystem files, QueueManifest manifest, Func<string, QueueType?> typeOf, QueueFlusher flusher, CommitLog log,
        IStoreParts parts, StoreTopics topics, ILogger logger)
    {
        Special = topics;
        _manifest = manifest;
        _files = files;
        _typeOf = typeOf;
        _flusher = flusher;
        _log = log;
        _parts = parts;
        _logger = logger;
        _cache = new QueueFileCache(files, MaxOpenFiles);
        _simple = QueueLayout.Simple(options, files);
        _batch = QueueLayout.Batch(options, files);
        _topicsByUtf8 = _topics.GetAlternateLookup<ReadOnlySpan<byte>>();
        _batchAtStart = [.. files.DirectoryNames(_batch.Directory)];
        _atStart = [.. files.DirectoryNames(_simple.Directory), .. _batchAtStart, .. manifest.Topics()];
        _hasLightQueues = options.EnableLmq;
        AddLightTopics();
    }

    /// <summary>Which topics are kept in a way of their own.</summary>
    public StoreTopics Special { get; }

    /// <summary>Gives queues back what they lost.</summary>
    public QueueMender Mender => _parts.Mender;

    /// <summary>Topics that are light queues.</summary>
    public int LightTopicCount => Volatile.Read(ref _lightTopicCount);

    /// <summary>Records ending after this are not in any queue's files; they are dispatched after start.</summary>
    public long RecoveredTo { get; set; }

    /// <summary>Whether queues loaded now are marked as suspect.</summary>
    public bool AreSuspect { get; set; }

    /// <summary>What can't be used, in words.</summary>
    public IReadOnlyList<string> Refusals => [.. _setAside.Select(s => $"queue {s.Key.Topic}/{s.Key.QueueId}: {s.Value.Why}").Order(StringComparer.Ordinal)];

    public IEnumerable<TopicQueues> Known => _topics.Values;

    /// <summary>Whether the last stop was a clean one.</summary>
    public bool IsClean { get; set; }

    /// <summary>A topic's queues; null when the name cannot be a directory's.</summary>
    public TopicQueues? Find(string topic) => _topics.TryGetValue(topic, out var known) ? known : Add(topic);

    public TopicQueues? Find(ReadOnlySpan<byte> topic) =>
        _topicsByUtf8.TryGetValue(topic, out var known) ? known : Add(Encoding.UTF8.GetString(topic));

    /// <summary>A queue if it was asked for before or is on the disk: looking makes nothing. Of one not asked for before it reads the disk.</summary>
    public ConsumeQueue? FindExisting(string topic, int queueId)
    {
        if (FindLoaded(topic, queueId) is { } loaded)
        {
            return loaded;
        }
        var queues = MayBeOnDisk(topic, queueId) ? Find(topic) : null;
        return queues?.IdsAtStart.Contains(queueId) == true ? TryGet(queues, queueId) : null;
    }

    /// <summary>Whether a look at a queue that is not loaded has to read the disk.</summary>
    public bool MayBeOnDisk(string topic, int queueId) =>
        (uint)queueId < TopicQueues.MaxQueues && (_topics.TryGetValue(topic, out var known) ? known.MayBeOnDisk(queueId) : _atStart.Contains(topic));

    /// <summary>A topic's queue, made when it is first asked for; null when it can't be used now, see <see cref="RefusalOf"/>.</summary>
    public ConsumeQueue? TryGet(TopicQueues topic, int queueId)
    {
        if (topic.FindLoaded(queueId) is { } loaded)
        {
            return loaded;
        }
        var key = (topic.Name, queueId);
        if (!_setAside.IsEmpty && _setAside.TryGetValue(key, out var refused) && Environment.TickCount64 - refused.TriedAt < RetryAfterMs)
        {
            return null;
        }
        try
        {
            var queue = topic[queueId];
            SetAside(topic.Name, queueId, null);
            return queue;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CorruptStoreException)
        {
            if (!topic.IsDropped)
            {
                SetAside(topic.Name, queueId, $"it cannot be read ({e.Message})");
            }
            return null;
        }
    }

    /// <summary>Why a queue can't be used; null when it can.</summary>
    public string? RefusalOf(string topic, int queueId) => _setAside.TryGetValue((topic, queueId), out var refused) ? refused.Why : null;

    /// <summary>Notes that a queue can't be used and why; with null that it can.</summary>
    public void SetAside(string topic, int queueId, string? why)
    {
        if (why is null)
        {
            if (!_setAside.IsEmpty && _setAside.TryRemove((topic, queueId), out _))
            {
                _logger.QueueUsable(topic, queueId);
            }
            return;
        }
        if (!_setAside.ContainsKey((topic, queueId)))
        {
            _logger.QueueSetAside(topic, queueId, why);
        }
        _setAside[(topic, queueId)] = (why, Environment.TickCount64);
    }

    /// <summary>How the queues of a topic are kept; of one that nobody knows as those on the disk are.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="isRenewed">Whether what is on the disk is an earlier life's.</param>
    public QueueLayout LayoutOf(string topic, bool isRenewed = false) =>
        (_typeOf(topic) ?? (!isRenewed && _batchAtStart.Contains(topic) ? QueueType.BatchCQ : QueueType.SimpleCQ)) == QueueType.BatchCQ ? _batch : _simple;

    /// <summary>
    /// Deletes queues that are not kept as their topic's are to be: an earlier version kept those of type BatchCQ as any other, and a topic's configuration
    /// may have been lost. Those that have to be made anew from the log. Before any is loaded.
    /// </summary>
    public IReadOnlyList<(string Topic, int QueueId)> DeleteMiskept()
    {
        var miskept = new List<(string, int)>();
        foreach (var (layout, other) in new[] { (_simple, _batch), (_batch, _simple) })
        {
            foreach (var topic in _files.DirectoryNames(layout.Directory).Where(topic => _typeOf(topic) == other.Type))
            {
                miskept.AddRange(IdsOf(topic).Select(id => (topic, id)));
                _logger.QueuesMiskept(topic, other.Type);
                Delete(layout.DirectoryOf(topic));
            }
        }
        return miskept;
    }

    /// <summary>Ids of the queues a topic has on the disk, or should have.</summary>
    public HashSet<int> IdsOf(string topic)
    {
        var ids = new HashSet<int>(_manifest.CountsOf(topic).Keys);
        foreach (var name in DirectoriesOf(topic).SelectMany(_files.DirectoryNames))
        {
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < TopicQueues.MaxQueues)
            {
                ids.Add(id);
            }
        }
        return ids;
    }

    /// <summary>A queue if it was asked for before.</summary>
    public ConsumeQueue? FindLoaded(string topic, int queueId) => _topics.TryGetValue(topic, out var known) ? known.FindLoaded(queueId) : null;

    /// <summary>Where in the log a topic's records begin; 0 unless it was deleted.</summary>
    public long BornAt(string topic) => _topics.TryGetValue(topic, out var known) ? known.BornAt : _manifest.BornAt(topic);

    /// <summary>Whether a topic was asked for before and not deleted since.</summary>
    public bool Knows(ReadOnlySpan<byte> topic) => _topicsByUtf8.TryGetValue(topic, out var known) && known.IsUsed;

    /// <summary>Topics that have queues in memory or on disk.</summary>
    public IReadOnlyList<string> Topics()
    {
        var names = new SortedSet<string>(_files.DirectoryNames(_simple.Directory), StringComparer.Ordinal);
        names.UnionWith(_files.DirectoryNames(_batch.Directory));
        names.UnionWith(_topics.Values.Where(t => t.Known.Any(q => q.MaxOffset > 0)).Select(t => t.Name));
        return [.. names];
    }

    /// <summary>Queue ids a topic has in memory or on disk.</summary>
    public IReadOnlyList<int> QueueIds(string topic)
    {
        var ids = new SortedSet<int>(IsLegal(topic) ? IdsOf(topic) : []);
        if (_topics.TryGetValue(topic, out var known))
        {
            ids.UnionWith(known.Known.Where(q => q.MaxOffset > 0).Select(q => q.QueueId));
        }
        return [.. ids];
    }

    /// <summary>Every queue there is, loading those not asked for before.</summary>
    public IEnumerable<ConsumeQueue> All() =>
        from name in Topics()
        let topic = Find(name)
        where topic is not null
        from id in QueueIds(name)
        let queue = TryGet(topic, id)
        where queue is not null
        select queue;

    /// <summary>Makes a queue's object from what its files hold.</summary>
    public ConsumeQueue Load(TopicQueues topic, int queueId, QueueLayout layout)
    {
        var queue = new ConsumeQueue(topic, queueId, layout, FilesOf(topic.Name, queueId, layout, topic.IsRenewed), _flusher, _logger);
        if (topic.IsRenewed)
        {
            return queue;
        }
        queue.IsSuspect = AreSuspect;
        var expected = _manifest.CountOf(topic.Name, queueId);
        queue.Recover(RecoveredTo, IsClean, expected);
        if (!queue.IsSuspect)
        {
            // One that could not be used for a while was passed over by what was dispatched then.
            var wasSetAside = _setAside.ContainsKey((topic.Name, queueId));
            Mender.MendLoaded(queue, wasSetAside ? long.MaxValue : expected, wasSetAside ? _parts.DispatchedTo : RecoveredTo);
        }
        queue.CorrectMin(_log.MinOffset);
        queue.NextAppendOffset = queue.MaxOffset;
        return queue;
    }

    /// <summary>Whether a queue has the file its last unit is in, and that one and those before it are whole: by their lengths alone.</summary>
    public bool HasFiles(string topic, int queueId, long count)
    {
        var layout = LayoutOf(topic);
        var directory = layout.DirectoryOf(topic, queueId);
        var last = (count - 1) * layout.UnitBytes / layout.FileSize * layout.FileSize;
        for (var baseOffset = last; baseOffset >= 0; baseOffset -= layout.FileSize)
        {
            var length = _files.FileLength(Path.Combine(directory, baseOffset.ToString("D20", CultureInfo.InvariantCulture)));
            if (length != layout.FileSize)
            {
                // Files before the first were deleted with the messages they listed.
                return length < 0 && baseOffset < last;
            }
        }
        return true;
    }

    /// <summary>Whether a topic has queues in memory or on disk.</summary>
    public bool Exists(string topic) => _topics.ContainsKey(topic) || DirectoriesOf(topic).Any(_files.DirectoryExists);

    /// <summary>
    /// Ends a topic's life where the log ends now: what is appended from then on finds queues that begin at 0. Under the append lock. The old queues, if
    /// any were loaded; their files are left to <see cref="DeleteFiles"/>.
    /// </summary>
    public TopicQueues? Renew(string topic, long physicalEnd)
    {
        var fresh = new TopicQueues(topic, this, physicalEnd, isRenewed: true);
        TopicQueues? dropped = null;
        _topics.AddOrUpdate(topic, fresh, (_, old) =>
        {
            old.Drop();
            dropped = old;
            return fresh;
        });
        if (dropped is { IsLight: true, IsUsed: true })
        {
            Interlocked.Decrement(ref _lightTopicCount);
        }
        return dropped;
    }

    /// <summary>A light topic that was deleted is used again.</summary>
    public void CountLight() => Interlocked.Increment(ref _lightTopicCount);

    /// <summary>Deletes the files of a topic's earlier life. Not beside a round of the background writer.</summary>
    public void DeleteFiles(string topic, TopicQueues? dropped)
    {
        dropped?.Close();
        foreach (var directory in DirectoriesOf(topic))
        {
            Delete(directory);
        }
    }

    /// <summary>Deletes what a stop in the middle of a deletion left: queues whose first unit is older than their topic. Before any is loaded.</summary>
    public void FinishDeletion(string topic)
    {
        var bornAt = BornAt(topic);
        if (QueueIds(topic).Any(id => IsOlder(FilesOf(topic, id, _simple, isNew: false), bornAt) || IsOlder(FilesOf(topic, id, _batch, isNew: false), bornAt)))
        {
            DeleteFiles(topic, dropped: null);
        }
    }

    /// <summary>Drops what was loaded, so that it is loaded again; for recovery, before anything was written.</summary>
    public void Forget()
    {
        foreach (var topic in _topics.Values)
        {
            topic.Drop();
        }
        _topics.Clear();
        _lightTopicCount = 0;
        AddLightTopics();
    }

    /// <summary>Deletes all queues, as when they are to be built anew.</summary>
    public void DeleteAll()
    {
        Forget();
        _files.DeleteDirectory(_simple.Directory);
        _files.DeleteDirectory(_batch.Directory);
        _atStart.Clear();
        _batchAtStart.Clear();
    }

    public void Dispose() => _cache.Dispose();

    private static bool IsOlder(QueueFiles files, long bornAt) => !files.IsEmpty && QueueEnd.Unit(files, files.First / files.UnitBytes) is { IsWritten: true } first && first.PhysicalOffset < bornAt;

    private QueueFiles FilesOf(string topic, int queueId, QueueLayout layout, bool isNew) =>
        new(_files, _cache, layout.DirectoryOf(topic, queueId), layout, isNew);

    private void Delete(string directory)
    {
        _files.DeleteDirectory(directory);
        _files.FlushDirectory(Path.GetDirectoryName(directory)!);
    }

    /// <summary>All of them count, not only those used since the start.</summary>
    private void AddLightTopics()
    {
        if (_hasLightQueues)
        {
            foreach (var name in _files.DirectoryNames(_simple.Directory).Where(n => Special.IsLight(n)))
            {
                Add(name);
            }
        }
    }

    /// <summary>Whether a name can be a directory's, here and in a list of lines: nothing else is asked of it, for stores hold what brokers once allowed.</summary>
    internal static bool IsLegal(string topic) =>
        topic.Length > 0 && topic is not ("." or "..") && topic.Length <= MaxNameBytes && Encoding.UTF8.GetByteCount(topic) <= MaxNameBytes
        && !topic.AsSpan().ContainsAny('/', '\\') && !topic.AsSpan().ContainsAnyInRange('\0', '\x1f') && !topic.Contains('\x7f', StringComparison.Ordinal);

    private IEnumerable<string> DirectoriesOf(string topic) => [_simple.DirectoryOf(topic), _batch.DirectoryOf(topic)];

    private TopicQueues? Add(string topic)
    {
        if (!IsLegal(topic))
        {
            return null;
        }
        var added = new TopicQueues(topic, this, _manifest.BornAt(topic), isRenewed: false);
        var known = _topics.GetOrAdd(topic, added);
        if (known == added && added.IsLight)
        {
            Interlocked.Increment(ref _lightTopicCount);
        }
        return known;
    }
}
