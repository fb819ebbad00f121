using System.Buffers.Binary;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.KeyIndex;

/// <summary>
/// One index file: header 40 B | slots 4 B each | entries 20 B each, all big-endian. A key's hash picks a slot; the slot holds the newest entry of
/// a chain linked backwards. Entry 0 is unused, so 0 means none.
/// </summary>
/// <remarks>
/// Header: beginTimestamp 8, endTimestamp 8, beginPhysicalOffset 8, endPhysicalOffset 8, used slots 4, next entry 4 (from 1).
/// Entry: keyHash 4, physicalOffset 8, seconds since beginTimestamp 4, previous entry 4.
/// </remarks>
internal sealed unsafe class IndexFile : IDisposable
{
    private const int HeaderSize = 40;
    private const int EndPhysicalOffsetAt = 24;
    private const int SlotSize = 4;
    private const int EntrySize = 20;

    private readonly IMappedFile _mapped;
    private readonly int _slots;
    private readonly int _maxEntries;

    public IndexFile(string path, IMappedFile mapped, int slots, int maxEntries)
    {
        Path = path;
        _mapped = mapped;
        _slots = slots;
        _maxEntries = maxEntries;
        EntryCount = Math.Max(EntryCount, 1);
    }

    public string Path { get; }

    /// <summary>Store timestamp of the first message.</summary>
    public long BeginTimestamp
    {
        get => Read64(0);
        private set => Write64(0, value);
    }

    /// <summary>Store timestamp of the last message.</summary>
    public long EndTimestamp
    {
        get => Read64(8);
        private set => Write64(8, value);
    }

    public long BeginPhysicalOffset
    {
        get => Read64(16);
        private set => Write64(16, value);
    }

    /// <summary>Start of the last record listed.</summary>
    public long EndPhysicalOffset
    {
        get => Read64(EndPhysicalOffsetAt);
        private set => Write64(EndPhysicalOffsetAt, value);
    }

    public int UsedSlots
    {
        get => Read32(32);
        private set => Write32(32, value);
    }

    /// <summary>Index of the next entry to be written.</summary>
    public int EntryCount
    {
        get => Read32(36);
        private set => Write32(36, value);
    }

    /// <summary>Start of the last record that a file lists; 0 when it lists none.</summary>
    public static long EndOf(IStoreFileSystem files, string path)
    {
        using var file = files.OpenFile(path, create: false);
        Span<byte> end = stackalloc byte[8];
        return file.Read(end, EndPhysicalOffsetAt) == end.Length ? BinaryPrimitives.ReadInt64BigEndian(end) : 0;
    }

    public static long SizeOf(int slots, int maxEntries) => HeaderSize + (long)slots * SlotSize + (long)maxEntries * EntrySize;

    /// <summary>Takes over where the file before ended, so that an empty file tells how far the index is.</summary>
    public void Continue(IndexFile previous)
    {
        BeginPhysicalOffset = EndPhysicalOffset = previous.EndPhysicalOffset;
        BeginTimestamp = EndTimestamp = previous.EndTimestamp;
    }

    /// <summary>Lists a key; false when the file is full.</summary>
    public bool TryPut(int keyHash, long physicalOffset, long storeTimestamp)
    {
        var entry = EntryCount;
        if (entry >= _maxEntries)
        {
            return false;
        }
        var slotAt = SlotAt(keyHash);
        var previous = Read32(slotAt);
        if (previous == entry)
        {
            // The slot was set and a stop came before the count: the same entry is being written again.
            previous = Read32(EntryAt(entry) + 16);
        }
        previous = previous < 0 || previous >= entry ? 0 : previous;

        var begin = BeginTimestamp;
        var seconds = begin <= 0 ? 0 : Math.Clamp((storeTimestamp - begin) / 1000, 0, int.MaxValue);
        var at = EntryAt(entry);
        Write32(at, keyHash);
        Write64(at + 4, physicalOffset);
        Write32(at + 12, (int)seconds);
        Write32(at + 16, previous);
        Write32(slotAt, entry);
        if (entry == 1)
        {
            BeginPhysicalOffset = physicalOffset;
            BeginTimestamp = storeTimestamp;
        }
        if (previous == 0)
        {
            UsedSlots++;
        }
        EndPhysicalOffset = physicalOffset;
        EndTimestamp = storeTimestamp;
        EntryCount = entry + 1;
        return true;
    }

    /// <summary>Whether messages of a time range may be listed here.</summary>
    public bool Overlaps(long begin, long end) => begin <= EndTimestamp && end >= BeginTimestamp;

    /// <summary>
    /// Offers the records listed under a hash, newest first, until <paramref name="offer"/> wants no more. Times are exact to a second here.
    /// </summary>
    public void Find(int keyHash, long begin, long end, Func<long, bool> offer)
    {
        var count = EntryCount;
        var entry = Read32(SlotAt(keyHash));
        while (entry > 0 && entry < count)
        {
            var at = EntryAt(entry);
            var seconds = Read32(at + 12);
            if (seconds < 0)
            {
                return;
            }
            var timestamp = BeginTimestamp + seconds * 1000L;
            if (Read32(at) == keyHash && timestamp <= end && timestamp + 999 >= begin && !offer(Read64(at + 4)))
            {
                return;
            }
            var previous = Read32(at + 16);
            if (previous >= entry || timestamp + 999 < begin)
            {
                return;
            }
            entry = previous;
        }
    }

    /// <summary>Makes sure that every entry finds space: other programs leave the file full of holes.</summary>
    /// <exception cref="DiskFullException">There is none.</exception>
    public void Reserve() => _mapped.Reserve(0, _mapped.Size);

    public void Flush() => _mapped.Flush(0, _mapped.Size);

    public void Dispose() => _mapped.Dispose();

    private long SlotAt(int keyHash) => HeaderSize + (long)(keyHash % _slots) * SlotSize;

    private long EntryAt(int entry) => HeaderSize + (long)_slots * SlotSize + (long)entry * EntrySize;

    // SAFETY: positions come from SlotAt and EntryAt, whose arguments are held below the counts the file was sized for.
    private int Read32(long at) => BinaryPrimitives.ReadInt32BigEndian(new ReadOnlySpan<byte>(_mapped.Address + at, 4));

    private long Read64(long at) => BinaryPrimitives.ReadInt64BigEndian(new ReadOnlySpan<byte>(_mapped.Address + at, 8));

    private void Write32(long at, int value) => BinaryPrimitives.WriteInt32BigEndian(new Span<byte>(_mapped.Address + at, 4), value);

    private void Write64(long at, long value) => BinaryPrimitives.WriteInt64BigEndian(new Span<byte>(_mapped.Address + at, 8), value);
}
