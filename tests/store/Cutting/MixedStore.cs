using System.Buffers.Binary;
using RocketMQ.Fault.Tests.Power;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Store.Tests.Cutting;

/// <summary>A store of several files with queues of all kinds, in memory; and what its queues list, to be compared with what they list after a cut.</summary>
internal sealed class MixedStore
{
    public const string Root = "/disk/store";
    public const int FileSize = 4096;

    private MixedStore(DiskImage image, SortedDictionary<string, List<Unit>> listing, List<long> boundaries, byte[] log)
    {
        (Image, Listing, Boundaries, Log) = (image, listing, boundaries, log);
    }

    public DiskImage Image { get; }

    /// <summary>What each queue lists: <c>topic/id</c>.</summary>
    public SortedDictionary<string, List<Unit>> Listing { get; }

    /// <summary>Where records and blank ends of files begin, and where the log ends.</summary>
    public List<long> Boundaries { get; }

    /// <summary>Its bytes, from 0 to its end.</summary>
    public byte[] Log { get; }

    public long End => Log.Length;

    public static StoreOptions Options { get; } = new()
    {
        StorePathRootDir = Root, MappedFileSizeCommitLog = FileSize, MappedFileSizeConsumeQueue = 100, MapperFileSizeBatchConsumeQueue = 138,
        MaxHashSlotNum = 10, MaxIndexNum = 12, EnableLmq = true, EnableMultiDispatch = true, FlushConsumeQueueThoroughInterval = 10_000,
        CleanResourceInterval = 3_600_000, FileReservedTime = 1_000_000,
    };

    /// <param name="isKilled">Whether nobody stopped it.</param>
    /// <param name="records">How many are appended, about.</param>
    public static async Task<MixedStore> BuildAsync(bool isKilled, int records = 90)
    {
        var time = new VirtualTimeProvider();
        var disk = new PowerFileSystem("/disk", DiskImage.Empty, new Random(1), time);
        var store = Open(disk, time);
        store.Start();
        for (var i = 0; i < records; i++)
        {
            if (i == records * 2 / 3)
            {
                store.DeleteTopic("Deleted");
            }
            AppendOne(store, i);
            time.Advance(TimeSpan.FromMilliseconds(400));
            if (i % 30 == 20)
            {
                // A checkpoint comes in between: some cuts are before it, some behind.
                await store.WaitFlushedAsync(store.MaxPhysicalOffset);
                await Task.Delay(20);
            }
        }
        if (isKilled)
        {
            var killed = disk.Snapshot();
            await store.StopAsync();
            var stopped = Disk(disk.Snapshot());
            return await ReadAsync(killed, LogOf(stopped, (int)store.MaxPhysicalOffset));
        }
        await store.StopAsync();
        return await ReadAsync(disk.Snapshot(), LogOf(disk, (int)store.MaxPhysicalOffset));
    }

    public static PowerFileSystem Disk(DiskImage image, int seed = 1) => new("/disk", image, new Random(seed), new VirtualTimeProvider());

    public static MessageStore Open(IStoreFileSystem disk, TimeProvider? time = null, TestLog? log = null) => MessageStore.Open(
        Options, disk, time ?? new VirtualTimeProvider(new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero)), log, () => topic => topic == "Batches" ? QueueType.BatchCQ : null);

    /// <summary>What each queue of a store lists; those that list nothing are left out.</summary>
    public static SortedDictionary<string, List<Unit>> List(MessageStore store)
    {
        var listing = new SortedDictionary<string, List<Unit>>(StringComparer.Ordinal);
        foreach (var topic in store.Topics())
        {
            foreach (var id in store.QueueIds(topic))
            {
                var queue = store.Queue(topic, id)!;
                var units = new List<Unit>();
                for (var at = queue.MinOffset; at < queue.MaxOffset;)
                {
                    Assert.That(queue.TryRead(at, out var unit, out var next), Is.True, $"{topic}/{id} offset {at} of {queue.MinOffset} to {queue.MaxOffset}");
                    units.Add(new(at, next, unit.PhysicalOffset, unit.Size));
                    at = next;
                }
                if (units.Count > 0)
                {
                    listing[$"{topic}/{id}"] = units;
                }
            }
        }
        return listing;
    }

    /// <summary>What is left of a listing where a log was cut.</summary>
    public static SortedDictionary<string, List<Unit>> Before(SortedDictionary<string, List<Unit>> listing, long end) => new(
        listing.Select(q => (q.Key, Units: q.Value.Where(u => u.PhysicalOffset + u.Size <= end).ToList())).Where(q => q.Units.Count > 0).ToDictionary(q => q.Key, q => q.Units),
        StringComparer.Ordinal);

    /// <summary>The bytes of a log from 0 to an end.</summary>
    public static byte[] LogOf(IStoreFileSystem disk, int end)
    {
        var log = new byte[end];
        foreach (var name in disk.FileNames($"{Root}/commitlog"))
        {
            using var file = disk.OpenFile($"{Root}/commitlog/{name}", create: false);
            var at = int.Parse(name, System.Globalization.CultureInfo.InvariantCulture);
            file.Read(log.AsSpan(Math.Min(at, end)), 0);
        }
        return log;
    }

    /// <summary>The log ends at an offset and holds what it did before; nothing but zeros, and no file, is behind.</summary>
    public void AssertLogEndsAt(long end, IStoreFileSystem disk)
    {
        Assert.That(LogOf(disk, (int)end).AsSpan().SequenceEqual(Log.AsSpan(0, (int)end)), Is.True, "the log before the cut");
        foreach (var name in disk.FileNames($"{Root}/commitlog"))
        {
            var from = long.Parse(name, System.Globalization.CultureInfo.InvariantCulture);
            // One that was made ahead, and is not used yet, goes when the store is opened.
            Assert.That(from <= end || end == End, Is.True, $"{name} behind the cut");
            using var file = disk.OpenFile($"{Root}/commitlog/{name}", create: false);
            var rest = new byte[Math.Clamp(FileSize - (end - from), 0, FileSize)];
            file.Read(rest, Math.Max(0, end - from));
            Assert.That(rest.AsSpan().ContainsAnyExcept((byte)0), Is.False, $"{name} behind the cut");
        }
    }

    /// <summary>The store lists what it did before an offset, nothing else, and goes on from there.</summary>
    public async Task AssertListsUpToAsync(long end, MessageStore store, string because = "")
    {
        var expected = Before(Listing, end);
        AssertSame(List(store), expected, because);
        Assert.That(store.MaxPhysicalOffset, Is.EqualTo(end), because);
        foreach (var (queue, units) in Listing)
        {
            var (topic, id) = (queue.Split('/')[0], int.Parse(queue.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture));
            var next = expected.TryGetValue(queue, out var left) ? left[^1].Next : units[0].Offset;
            Assert.That(store.MaxOffset(topic, id), Is.EqualTo(next), $"{queue} {because}");
        }
        store.Start();
        foreach (var queue in Listing.Keys.Where(q => !q.StartsWith('%')))
        {
            var (topic, id) = (queue.Split('/')[0], int.Parse(queue.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture));
            var next = store.MaxOffset(topic, id);
            Assert.That(store.Append(topic, id, "goes on", "KEYS\u0001new\u0002").QueueOffset, Is.EqualTo(next), queue);
        }
        for (var i = 0; i < (int)End; i += 500)
        {
            var key = $"k{i / 500}";
            using var found = store.Query(topic: "T", key, 64, 0, long.MaxValue);
            foreach (var lease in found.Records)
            {
                Assert.That(MessageRecord.TryRead(lease.Bytes, out var record), Is.EqualTo(RecordReadStatus.Ok));
                Assert.That(record.PhysicalOffset, Is.LessThan(end), $"found by {key}");
            }
        }
        await store.StopAsync();
    }

    public static void AssertSame(SortedDictionary<string, List<Unit>> actual, SortedDictionary<string, List<Unit>> expected, string because = "")
    {
        Assert.That(actual.Keys, Is.EqualTo(expected.Keys), because);
        foreach (var (queue, units) in expected)
        {
            Assert.That(actual[queue], Is.EqualTo(units), $"{queue} {because}");
        }
    }

    private static void AppendOne(MessageStore store, int i)
    {
        var body = $"m{i} " + new string('x', i * 7 % 90);
        var properties = $"KEYS\u0001k{i}\u0002UNIQ_KEY\u0001u{i}\u0002";
        var result = (i % 9) switch
        {
            0 or 1 => store.Append("T", i % 2, body, properties),
            2 => Batches.Append(store, "Batches", 0, 1 + i % 4),
            3 => store.Append("T", 0, body, properties + $"INNER_MULTI_DISPATCH\u0001%LMQ%a{(i % 2 == 0 ? ",%LMQ%b" : "")}\u0002"),
            4 => store.Append("SCHEDULE_TOPIC_XXXX", 2, body, properties + "DELAY\u00013\u0002"),
            5 => store.Append("Deleted", 0, body, properties),
            6 => Batches.Append(store, "T", 1, 3),
            7 => store.Append("Half", 0, body, properties, MessageSysFlag.TransactionPrepared),
            _ => store.AppendBatch(
                new MessageDraft { Topic = "T", QueueId = 2, BornHost = Messages.Client, StoreHost = Messages.Broker, Body = Batches.Body(2) }, out _),
        };
        Assert.That(result.Status, Is.EqualTo(AppendStatus.Ok), store.WriteRefusal);
    }

    private static async Task<MixedStore> ReadAsync(DiskImage image, byte[] log)
    {
        await using var store = Open(Disk(image));
        Assert.That(store.MaxPhysicalOffset, Is.EqualTo(log.Length));
        return new(image, List(store), BoundariesOf(log), log);
    }

    private static List<long> BoundariesOf(byte[] log)
    {
        var boundaries = new List<long>();
        for (var at = 0; at < log.Length; at += BinaryPrimitives.ReadInt32BigEndian(log.AsSpan(at)))
        {
            boundaries.Add(at);
        }
        return [.. boundaries, log.Length];
    }

    /// <summary>One step of a queue.</summary>
    internal sealed record Unit(long Offset, long Next, long PhysicalOffset, int Size);
}
