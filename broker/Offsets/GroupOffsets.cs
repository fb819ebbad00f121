using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace RocketMQ.Broker.Offsets;

/// <summary>The committed offsets of one group in one topic, by queue, and whether they have changed since they were taken for the disk.</summary>
internal sealed class GroupOffsets
{
    /// <summary>Of a queue in the journal: its id and its offset.</summary>
    private const int QueueBytes = 12;

    private readonly ConcurrentDictionary<int, long> _queues;
    private int _isChanged;
    private long _round;

    public GroupOffsets() => _queues = new ConcurrentDictionary<int, long>();

    public GroupOffsets(IEnumerable<KeyValuePair<int, long>> queues) => _queues = new ConcurrentDictionary<int, long>(queues);

    public IReadOnlyDictionary<int, long> All => _queues;

    /// <summary>When they changed last; see <see cref="OffsetRounds"/>.</summary>
    public long Round
    {
        get => Volatile.Read(ref _round);
        set => Volatile.Write(ref _round, value);
    }

    public bool TryGet(int queueId, out long offset) => _queues.TryGetValue(queueId, out offset);

    /// <returns>Whether the queue had no offset.</returns>
    public bool Set(int queueId, long offset)
    {
        if (!_queues.ContainsKey(queueId) && _queues.TryAdd(queueId, offset))
        {
            return true;
        }

        _queues[queueId] = offset;
        return false;
    }

    /// <summary>Notes a change, after it.</summary>
    /// <returns>Whether it is the first since <see cref="TakeTo"/>.</returns>
    public bool Changes() => Interlocked.Exchange(ref _isChanged, 1) == 0;

    /// <summary>Writes all as they are; what changes from now on is a new change.</summary>
    public void TakeTo(IBufferWriter<byte> output)
    {
        Interlocked.Exchange(ref _isChanged, 0);
        foreach (var (queueId, offset) in _queues)
        {
            var bytes = output.GetSpan(QueueBytes);
            BinaryPrimitives.WriteInt32LittleEndian(bytes, queueId);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[4..], offset);
            output.Advance(QueueBytes);
        }
    }

    public static GroupOffsets Read(ReadOnlySpan<byte> bytes)
    {
        var offsets = new GroupOffsets();
        for (; bytes.Length >= QueueBytes; bytes = bytes[QueueBytes..])
        {
            offsets.Set(BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[4..]));
        }

        return offsets;
    }
}
