using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Dispatch;
using RocketMQ.Store.Files;
using RocketMQ.Store.Log;

namespace RocketMQ.Store.KeyIndex;

/// <summary>
/// Finds messages by key. Follows the log in the background and catches up before it answers, so nothing on the append path pays for it. What is
/// lost of it is built again from the log.
/// </summary>
internal sealed class MessageIndex : IDisposable
{
    private readonly StoreOptions _options;
    private readonly IStoreFileSystem _files;
    private readonly CommitLog _log;
    private readonly Dispatcher _dispatcher;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _using = new();
    private readonly List<IndexFile> _all = [];
    private readonly RecordVisitor _indexOne;
    private long _position;
    private bool _isReserved;

    /// <summary>Start of the last record that any of its keys was entered of.</summary>
    private long _begun = -1;

    public MessageIndex(StoreOptions options, IStoreFileSystem files, CommitLog log, Dispatcher dispatcher, TimeProvider time, ILogger logger)
    {
        _options = options;
        _files = files;
        _log = log;
        _dispatcher = dispatcher;
        _time = time;
        _logger = logger;
        _indexOne = IndexOne;
    }

    private long FileSize => IndexFile.SizeOf(_options.MaxHashSlotNum, _options.MaxIndexNum);

    /// <summary>
    /// Opens the files of the directory. After a crash the newest is deleted, for its pages may be of different times, and those with messages newer
    /// than what was on the disk; as are files of another size and files that list what the log does not have: they are built again.
    /// </summary>
    public void Load(bool isClean, long safeTimestamp)
    {
        _files.CreateDirectory(_options.IndexPath);
        var names = _files.FileNames(_options.IndexPath);
        foreach (var name in names)
        {
            if (!ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                continue;
            }
            var path = Path.Combine(_options.IndexPath, name);
            if (_files.FileLength(path) == FileSize)
            {
                var file = Map(path, _files.OpenMapped(path, FileSize));
                if ((isClean || name != names[^1]) && IsUsable(file, isClean, safeTimestamp))
                {
                    _all.Add(file);
                    continue;
                }
                file.Dispose();
            }
            _logger.IndexFileDropped(path);
            _files.DeleteFile(path);
        }
        // Not the last file's end: a stop may have come before it was told where the one before it ended.
        _begun = _all.FindLast(file => file.EntryCount > 1)?.EndPhysicalOffset ?? -1;
        _position = Math.Max(_begun, _log.MinOffset);
    }

    /// <summary>Deletes the files that list records from an offset on, of a store that is not open: what they list before it is indexed again.</summary>
    public static void DeleteFrom(StoreOptions options, IStoreFileSystem files, long physicalOffset)
    {
        foreach (var name in files.FileNames(options.IndexPath).Where(name => ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            var path = Path.Combine(options.IndexPath, name);
            if (IndexFile.EndOf(files, path) >= physicalOffset)
            {
                files.DeleteFile(path);
            }
        }
        files.FlushDirectory(options.IndexPath);
    }

    /// <summary>Indexes what the log has by now. Reads the log: for background threads and queries.</summary>
    public void CatchUp()
    {
        lock (_using)
        {
            // No further than what can be read from queues.
            var limit = _dispatcher.Position;
            if (!_options.MessageIndexEnable || _position >= limit)
            {
                return;
            }
            try
            {
                if (!_isReserved && _all.Count > 0)
                {
                    _all[^1].Reserve();
                }
                _isReserved = true;
                _position = LogWalk.VisitReadable(_log.Files, Math.Max(_position, _log.MinOffset), limit, _indexOne, _logger.IndexSkips);
            }
            catch (IOException e)
            {
                // No space for another file, most likely: tried again with the next round.
                _position = Math.Max(_position, _begun);
                _logger.IndexBehind(_position, e);
            }
        }
    }

    /// <summary>Records of a topic that carry a key, as KEYS or as UNIQ_KEY, stored within a time range: the newest, in the log's order.</summary>
    /// <param name="bornAt">Records before this offset are of a topic of that name that was deleted.</param>
    public IndexQueryResult Query(string topic, string key, int maxCount, long begin, long end, long bornAt)
    {
        maxCount = Math.Min(maxCount, _options.MaxMsgsNumBatch);
        lock (_using)
        {
            CatchUp();
            var search = new Search(_log, Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(key), maxCount, begin, end, bornAt);
            var hash = KeyHash(search.Topic, search.Key);
            for (var i = _all.Count - 1; i >= 0 && search.WantsMore; i--)
            {
                if (_all[i].Overlaps(begin, end))
                {
                    _all[i].Find(hash, begin, end, search.Offer);
                }
            }
            var last = _all.Count > 0 ? _all[^1] : null;
            return new IndexQueryResult(search.Found, last?.EndTimestamp ?? 0, last?.EndPhysicalOffset ?? 0);
        }
    }

    /// <summary>Brings the index to the disk; the store timestamp up to which it is.</summary>
    public long Flush()
    {
        lock (_using)
        {
            if (_all.Count == 0)
            {
                return 0;
            }
            _all[^1].Flush();
            return _all[^1].EndTimestamp;
        }
    }

    /// <summary>Deletes the files that list only records before an offset, but never the last; how many.</summary>
    public int DeleteBefore(long physicalMin)
    {
        lock (_using)
        {
            var deleted = 0;
            while (_all.Count > 1 && _all[0].EndPhysicalOffset < physicalMin)
            {
                _all[0].Dispose();
                _files.DeleteFile(_all[0].Path);
                _all.RemoveAt(0);
                deleted++;
            }
            return deleted;
        }
    }

    public void Dispose()
    {
        lock (_using)
        {
            foreach (var file in _all)
            {
                file.Dispose();
            }
            _all.Clear();
        }
    }

    /// <summary>Java's absolute value of the hash of <c>topic#key</c>; the one number without an absolute value counts as 0.</summary>
    private static int KeyHash(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> key)
    {
        var hash = JavaHash.Append(JavaHash.Append(JavaHash.Of(topic), "#"u8), key);
        return hash == int.MinValue ? 0 : Math.Abs(hash);
    }

    private bool IsUsable(IndexFile file, bool isClean, long safeTimestamp)
    {
        if (!isClean && file.EndTimestamp > safeTimestamp)
        {
            return false;
        }
        if (file.EndPhysicalOffset < _log.MinOffset || file.EntryCount <= 1)
        {
            return true;
        }
        using var last = _log.LeaseRecord(file.EndPhysicalOffset);
        return MessageRecord.TryRead(last.Bytes, out var record) == RecordReadStatus.Ok && record.PhysicalOffset == file.EndPhysicalOffset;
    }

    private bool IndexOne(in MessageRecord record, long physicalOffset)
    {
        if (physicalOffset < _begun || record.TransactionType == MessageSysFlag.TransactionRollback)
        {
            return true;
        }
        // A crash or a full disk may have come between its keys.
        var isBegun = physicalOffset == _begun;
        _begun = physicalOffset;
        var timestamp = record.StoreTimestamp;
        var unique = record.Property(PropertyNames.Utf8.UniqueKey);
        if (!unique.IsEmpty)
        {
            Put(KeyHash(record.Topic, unique), physicalOffset, timestamp, isBegun);
        }
        var keys = record.Property(PropertyNames.Utf8.Keys);
        foreach (var range in keys.Split((byte)PropertyNames.KeySeparator))
        {
            var key = keys[range];
            if (!key.IsEmpty)
            {
                Put(KeyHash(record.Topic, key), physicalOffset, timestamp, isBegun);
            }
        }
        return true;
    }

    private void Put(int hash, long physicalOffset, long timestamp, bool mayBeListed)
    {
        if (mayBeListed && IsListed(hash, physicalOffset))
        {
            return;
        }
        if (_all.Count == 0 || !_all[^1].TryPut(hash, physicalOffset, timestamp))
        {
            AddFile();
            _all[^1].TryPut(hash, physicalOffset, timestamp);
        }
    }

    private bool IsListed(int hash, long physicalOffset)
    {
        var isListed = false;
        foreach (var file in _all)
        {
            if (file.EndPhysicalOffset >= physicalOffset)
            {
                file.Find(hash, 0, long.MaxValue, offset => !(isListed |= offset == physicalOffset));
            }
        }
        return isListed;
    }

    /// <summary>Files are named by when they are made, in local time.</summary>
    private void AddFile()
    {
        var at = _time.GetLocalNow();
        string path;
        do
        {
            path = Path.Combine(_options.IndexPath, at.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture));
            at = at.AddMilliseconds(1);
        }
        while (_files.FileExists(path));
        var file = Map(path, _files.CreateMapped(path, FileSize));
        _files.FlushDirectory(_options.IndexPath);
        if (_all.Count > 0)
        {
            _all[^1].Flush();
            file.Continue(_all[^1]);
        }
        _all.Add(file);
    }

    private IndexFile Map(string path, IMappedFile mapped) => new(path, mapped, _options.MaxHashSlotNum, _options.MaxIndexNum);

    /// <summary>One query: takes what the index offers if it really is asked for, as hashes meet.</summary>
    private sealed class Search(CommitLog log, byte[] topic, byte[] key, int maxCount, long begin, long end, long bornAt)
    {
        private readonly SortedDictionary<long, LogLease> _found = [];

        public byte[] Topic => topic;

        public byte[] Key => key;

        public bool WantsMore => _found.Count < maxCount;

        public IReadOnlyList<LogLease> Found => [.. _found.Values];

        public bool Offer(long physicalOffset)
        {
            if (!_found.ContainsKey(physicalOffset))
            {
                var lease = log.LeaseRecord(physicalOffset);
                if (MessageRecord.TryRead(lease.Bytes, out var record) == RecordReadStatus.Ok && IsWanted(record))
                {
                    _found.Add(physicalOffset, lease);
                }
                else
                {
                    lease.Dispose();
                }
            }
            return WantsMore;
        }

        private bool IsWanted(in MessageRecord record) =>
            record.PhysicalOffset >= bornAt && record.StoreTimestamp >= begin && record.StoreTimestamp <= end && record.Topic.SequenceEqual(topic)
            && (record.Property(PropertyNames.Utf8.UniqueKey).SequenceEqual(key) || HasKey(record.Property(PropertyNames.Utf8.Keys)));

        private bool HasKey(ReadOnlySpan<byte> keys)
        {
            foreach (var range in keys.Split((byte)PropertyNames.KeySeparator))
            {
                if (keys[range].SequenceEqual(key))
                {
                    return true;
                }
            }
            return false;
        }
    }
}
