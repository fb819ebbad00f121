using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Queues;

/// <summary>All consume queues, loaded from disk when first asked for: a start does not open ten thousand topics.</summary>
internal sealed class QueueTable : IDisposable
{
    /// <summary>Consume queue files kept open.</summary>
    internal const int MaxOpenFiles = 512;

    private readonly IStoreFileSystem _files;
    private readonly string _directory;
    private readonly string _batchDirectory;
    private readonly int _fileSize;
    private readonly QueueFlusher _flusher;
    private readonly ILogger _logger;
    private readonly QueueFileCache _cache;
    private readonly ConcurrentDictionary<string, TopicQueues> _topics = new(TopicNameComparer.Instance);
    private readonly ConcurrentDictionary<string, TopicQueues>.AlternateLookup<ReadOnlySpan<byte>> _topicsByUtf8;
    private readonly bool _hasLightQueues;
    private int _lightTopicCount;

    public QueueTable(StoreOptions options, IStoreFileSystem files, QueueFlusher flusher, ILogger logger)
    {
        _files = files;
        _directory = options.ConsumeQueuePath;
        _batchDirectory = options.BatchConsumeQueuePath;
        _flusher = flusher;
        _logger = logger;
        _cache = new QueueFileCache(files, MaxOpenFiles);
        _fileSize = ChooseFileSize(RoundUp(options.MappedFileSizeConsumeQueue));
        _topicsByUtf8 = _topics.GetAlternateLookup<ReadOnlySpan<byte>>();
        _hasLightQueues = options.EnableLmq;
        AddLightTopics();
    }

    /// <summary>Topics that are light queues.</summary>
    public int LightTopicCount => Volatile.Read(ref _lightTopicCount);

    /// <summary>Records ending after this are not in any queue's files; they are dispatched after start.</summary>
    public long RecoveredTo { get; set; }

    /// <summary>Start of the commit log.</summary>
    public Func<long> PhysicalMin { get; set; } = () => 0;

    /// <summary>How many units a queue had at the last checkpoint.</summary>
    public Func<string, int, long> ExpectedCount { get; set; } = (_, _) => 0;

    /// <summary>Whether queues loaded now are marked as suspect.</summary>
    public bool AreSuspect { get; set; }

    /// <summary>Told of a queue that has fewer, or a hole, before anybody sees it.</summary>
    public Action<ConsumeQueue> Damaged { get; set; } = _ => { };

    public IEnumerable<TopicQueues> Known => _topics.Values;

    /// <summary>Whether the last stop was a clean one.</summary>
    public bool IsClean { get; set; }

    /// <summary>A topic's queues; null when the name cannot be a directory's.</summary>
    public TopicQueues? Find(string topic) => _topics.TryGetValue(topic, out var known) ? known : Add(topic);

    public TopicQueues? Find(ReadOnlySpan<byte> topic) =>
        _topicsByUtf8.TryGetValue(topic, out var known) ? known : Add(Encoding.UTF8.GetString(topic));

    /// <summary>A queue if it was asked for before.</summary>
    public ConsumeQueue? FindLoaded(string topic, int queueId) => _topics.TryGetValue(topic, out var known) ? known.FindLoaded(queueId) : null;

    /// <summary>Whether a topic was asked for before.</summary>
    public bool Knows(ReadOnlySpan<byte> topic) => _topicsByUtf8.ContainsKey(topic);

    /// <summary>Topics that have queues in memory or on disk.</summary>
    public IReadOnlyList<string> Topics()
    {
        var names = new SortedSet<string>(_files.DirectoryNames(_directory), StringComparer.Ordinal);
        names.UnionWith(_files.DirectoryNames(_batchDirectory));
        names.UnionWith(_topics.Values.Where(t => t.Known.Any(q => q.MaxOffset > 0)).Select(t => t.Name));
        return [.. names];
    }

    /// <summary>Queue ids a topic has in memory or on disk.</summary>
    public IReadOnlyList<int> QueueIds(string topic)
    {
        var ids = new SortedSet<int>();
        foreach (var name in _files.DirectoryNames(Path.Combine(_directory, topic)).Concat(_files.DirectoryNames(Path.Combine(_batchDirectory, topic))))
        {
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < TopicQueues.MaxQueues)
            {
                ids.Add(id);
            }
        }
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
        select topic[id];

    /// <summary>Makes a queue's object from what its files hold.</summary>
    public ConsumeQueue Load(TopicQueues topic, int queueId)
    {
        var directory = Path.Combine(_directory, topic.Name, queueId.ToString(CultureInfo.InvariantCulture));
        var queue = new ConsumeQueue(topic, queueId, new QueueFiles(_files, _cache, directory, _fileSize), _flusher, _logger);
        queue.IsSuspect = AreSuspect;
        var expected = ExpectedCount(topic.Name, queueId);
        queue.Recover(RecoveredTo, PhysicalMin(), IsClean, expected);
        if (queue.Files.IsEmpty)
        {
            BatchQueueFiles.Read(
                _files, Path.Combine(_batchDirectory, topic.Name, queueId.ToString(CultureInfo.InvariantCulture)), RecoveredTo,
                (unit, offset, count) => queue.Put(unit, offset, count));
            queue.NextAppendOffset = queue.MaxOffset;
        }
        if (queue.MaxOffset < expected || queue.HasHole())
        {
            Damaged(queue);
        }
        return queue;
    }

    /// <summary>Whether a queue has the file its last unit is in, and that one and those before it are whole: by their lengths alone.</summary>
    public bool HasFiles(string topic, int queueId, long count)
    {
        var directory = Path.Combine(_directory, topic, queueId.ToString(CultureInfo.InvariantCulture));
        var last = (count - 1) * QueueUnit.Bytes / _fileSize * _fileSize;
        for (var baseOffset = last; baseOffset >= 0; baseOffset -= _fileSize)
        {
            var length = _files.FileLength(Path.Combine(directory, baseOffset.ToString("D20", CultureInfo.InvariantCulture)));
            if (length != _fileSize)
            {
                // Files before the first were deleted with the messages they listed.
                return length < 0 && baseOffset < last;
            }
        }
        return true;
    }

    /// <summary>Forgets a topic and deletes its queues' files.</summary>
    public void Delete(string topic)
    {
        if (_topics.TryRemove(topic, out var known))
        {
            known.Delete();
            if (known.IsLight)
            {
                Interlocked.Decrement(ref _lightTopicCount);
            }
        }
        _files.DeleteDirectory(Path.Combine(_directory, topic));
        _files.DeleteDirectory(Path.Combine(_batchDirectory, topic));
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
        _files.DeleteDirectory(_directory);
    }

    public void Dispose() => _cache.Dispose();

    private static int RoundUp(int size) => (size + QueueUnit.Bytes - 1) / QueueUnit.Bytes * QueueUnit.Bytes;

    /// <summary>All of them count, not only those used since the start.</summary>
    private void AddLightTopics()
    {
        if (_hasLightQueues)
        {
            foreach (var name in _files.DirectoryNames(_directory).Where(n => n.StartsWith("%LMQ%", StringComparison.Ordinal)))
            {
                Add(name);
            }
        }
    }

    private TopicQueues? Add(string topic)
    {
        if (topic.Length == 0 || topic is "." or ".." || topic.AsSpan().ContainsAny('/', '\\', '\0'))
        {
            return null;
        }
        var added = new TopicQueues(topic, this);
        var known = _topics.GetOrAdd(topic, added);
        if (known == added && added.IsLight)
        {
            Interlocked.Increment(ref _lightTopicCount);
        }
        return known;
    }

    /// <summary>A store written with another mappedFileSizeConsumeQueue keeps its own: the size its files have tells it.</summary>
    private int ChooseFileSize(int configured)
    {
        var lengths = new Dictionary<long, int>();
        var sampled = 0;
        foreach (var topic in _files.DirectoryNames(_directory))
        {
            foreach (var queue in _files.DirectoryNames(Path.Combine(_directory, topic)))
            {
                var directory = Path.Combine(_directory, topic, queue);
                foreach (var name in _files.FileNames(directory))
                {
                    var length = _files.FileLength(Path.Combine(directory, name));
                    if (length == configured)
                    {
                        return configured;
                    }
                    lengths[length] = lengths.GetValueOrDefault(length) + 1;
                }
            }
            if (++sampled > 64)
            {
                break;
            }
        }
        var usual = lengths.Where(l => l.Key > 0 && l.Key % QueueUnit.Bytes == 0 && l.Key <= int.MaxValue).OrderByDescending(l => l.Value).FirstOrDefault();
        return usual.Value > 0 ? (int)usual.Key : configured;
    }
}
