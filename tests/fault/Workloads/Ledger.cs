using System.Collections.Concurrent;
using System.Globalization;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>What senders tried, and what of it was acknowledged where.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private int _acknowledged;

    /// <summary>One message. A sender has one message in flight at a time, so its <see cref="Sequence"/> is the order of its acknowledgements.</summary>
    internal sealed record Entry(string Id, string Topic, int QueueId, int Size, string Sender, int Sequence)
    {
        /// <summary>Offset in the queue as acknowledged; -1 until it is.</summary>
        public long QueueOffset { get; init; } = -1;

        /// <summary>The broker's id as acknowledged.</summary>
        public string OffsetMessageId { get; init; } = "";

        public bool IsAcknowledged => QueueOffset >= 0;

        /// <summary>Where the broker's id says the record is in the log: its last 16 digits.</summary>
        public long PhysicalOffset => long.Parse(OffsetMessageId.AsSpan()[^16..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    public int AcknowledgedCount => Volatile.Read(ref _acknowledged);

    public IEnumerable<Entry> Acknowledged => _entries.Values.Where(e => e.IsAcknowledged);

    /// <summary>Notes a message before it is sent: it may be stored even when no answer comes.</summary>
    public void Attempt(Entry entry)
    {
        if (!_entries.TryAdd(entry.Id, entry))
        {
            throw new InvalidOperationException($"{entry.Id} was sent already");
        }
    }

    public void Acknowledge(string id, long queueOffset, string offsetMessageId)
    {
        _entries[id] = _entries[id] with { QueueOffset = queueOffset, OffsetMessageId = offsetMessageId };
        Interlocked.Increment(ref _acknowledged);
    }

    public Entry? Find(string id) => _entries.GetValueOrDefault(id);
}
