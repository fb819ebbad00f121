using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Delaying;

/// <summary>
/// Delivers the messages of SCHEDULE_TOPIC_XXXX when they are due. Each level's queue is in order of delivery time, so only its head is
/// looked at: memory does not grow with what is pending. How far each level is delivered is journalled, and stands in <c>config/delayOffset.json</c>.
/// </summary>
public sealed class DelayedDelivery : IAsyncDisposable
{
    /// <summary>Looked at again this often even when nothing seems due: a clock may have been set.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>After the store refused a delivery.</summary>
    private static readonly TimeSpan RefusedWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan PersistInterval = TimeSpan.FromSeconds(1);

    private readonly DelayLevels _levels;
    private readonly MessageStore _store;
    private readonly MessagePublisher _publisher;
    private readonly MessageHost _storeHost;
    private readonly JournalledFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _arrived = new(0);
    private CancellationTokenSource _stopping = new();

    /// <summary>Next queue offset to deliver, by level − 1. Changed by the delivering task alone.</summary>
    private readonly long[] _offsets;

    /// <summary>What of that is journalled.</summary>
    private readonly long[] _saved;

    /// <summary>Behind what was delivered.</summary>
    private readonly StoredMark _delivered;

    private long _savedAt;
    private Task _running = Task.CompletedTask;

    public DelayedDelivery(
        DelayLevels levels, MessageStore store, MessagePublisher publisher, MessageHost storeHost, JournalledFile file, TimeProvider time,
        ILogger<DelayedDelivery> logger)
    {
        _levels = levels;
        _store = store;
        _publisher = publisher;
        _delivered = new StoredMark(publisher);
        _storeHost = storeHost;
        _file = file;
        _time = time;
        _logger = logger;
        _offsets = new long[levels.Max];
        file.Load(
            static json => RemotingJson.Deserialize<DelayOffsetSerializeWrapper>(json.Span),
            stored =>
            {
                foreach (var (level, offset) in stored?.OffsetTable ?? [])
                {
                    Load(level, offset);
                }
            },
            (level, offset) => Load(int.Parse(level, CultureInfo.InvariantCulture), BinaryPrimitives.ReadInt64LittleEndian(offset!.Value.Span)),
            ContentAsync, JournalledFile.PeriodOfPositions);
        _saved = [.. _offsets];
        _savedAt = time.GetTimestamp();
    }

    public int MaxLevel => _levels.Max;

    /// <summary>Next offset to deliver of a level, from 1.</summary>
    public long OffsetOf(int level) => Volatile.Read(ref _offsets[level - 1]);

    /// <summary>How late the latest head of a level is, ms; 0 when nothing is due. Reads queues: not for a loop thread.</summary>
    public long OverdueMs()
    {
        var latest = 0L;
        for (var level = 1; level <= _levels.Max; level++)
        {
            if (_store.Queue(SystemTopics.Schedule, level - 1) is { } queue
                && queue.TryRead(Math.Max(OffsetOf(level), queue.MinOffset), out var unit))
            {
                latest = Math.Max(latest, -WaitMs(level, unit.TagsCode));
            }
        }

        return latest;
    }

    /// <summary>Begins, again after each stop, where delivery was left.</summary>
    /// <param name="isLogAsLeft">
    /// Whether nobody has written since: else it begins where the last master delivered to, as far as this broker knows, and no further than its queues go.
    /// </param>
    public void Start(bool isLogAsLeft)
    {
        for (var level = 1; !isLogAsLeft && level <= _offsets.Length; level++)
        {
            Load(level, _offsets[level - 1]);
        }

        _stopping.Dispose();
        _stopping = new CancellationTokenSource();
        _store.MessageArrived += OnMessageArrived;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Ends delivery and journals how far it is.</summary>
    public async ValueTask StopAsync()
    {
        _store.MessageArrived -= OnMessageArrived;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await PersistAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _arrived.Dispose();
    }

    /// <summary>Goes on, when this broker is the master, from where another has delivered to: once its deliveries are in this log. Not beside a delivery.</summary>
    /// <param name="offsets">By level; of a level that is not named nothing is delivered.</param>
    public void Follow(IReadOnlyDictionary<int, long> offsets)
    {
        for (var level = 1; level <= _offsets.Length; level++)
        {
            Volatile.Write(ref _offsets[level - 1], Math.Max(0, offsets.GetValueOrDefault(level)));
        }

        if (IsUnsaved && _file.CanSave)
        {
            Put(_offsets);
        }
    }

    /// <summary>What <c>delayOffset.json</c> and GET_ALL_DELAY_OFFSET hold.</summary>
    public DelayOffsetSerializeWrapper Snapshot()
    {
        var table = new Dictionary<int, long>();
        for (var level = 1; level <= _offsets.Length; level++)
        {
            if (OffsetOf(level) > 0)
            {
                table[level] = OffsetOf(level);
            }
        }

        return new DelayOffsetSerializeWrapper { OffsetTable = table, DataVersion = new DataVersion() };
    }

    /// <summary>Journals the offsets once what they say was delivered is on the disk: a crash may deliver twice, never not at all.</summary>
    private async Task PersistAsync()
    {
        long[] offsets = [.. _offsets];
        if (IsUnsaved && _file.CanSave && (await _delivered.WaitOnDiskAsync().ConfigureAwait(false)).IsStored)
        {
            Put(offsets);
        }

        _savedAt = _time.GetTimestamp();
    }

    private bool IsUnsaved => !_offsets.AsSpan().SequenceEqual(_saved);

    private void Put(long[] offsets)
    {
        Span<byte> value = stackalloc byte[sizeof(long)];
        for (var i = 0; i < offsets.Length; i++)
        {
            if (offsets[i] != _saved[i])
            {
                BinaryPrimitives.WriteInt64LittleEndian(value, offsets[i]);
                _file.Put((i + 1).ToString(CultureInfo.InvariantCulture), value);
                _saved[i] = offsets[i];
            }
        }
    }

    private async ValueTask<byte[]?> ContentAsync()
    {
        var snapshot = Snapshot();
        return (await _delivered.WaitOnDiskAsync().ConfigureAwait(false)).IsStored
            ? RemotingJson.Serialize(snapshot, JsonStyle.Pretty)
            : null;
    }

    private void OnMessageArrived(in DispatchedRecord record)
    {
        if (record.Topic == SystemTopics.Schedule)
        {
            _arrived.Release();
        }
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var wait = DeliverDue();
                if (IsUnsaved && _time.GetElapsedTime(_savedAt) >= PersistInterval)
                {
                    await PersistAsync().ConfigureAwait(false);
                }

                // What a round delivered is saved though no other follows.
                await WaitAsync(IsUnsaved && wait > PersistInterval ? PersistInterval : wait).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                Log.BackgroundFailed(_logger, "delivery of delayed messages", e);
                await Task.Delay(RefusedWait, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WaitAsync(TimeSpan wait)
    {
        using var wakeUp = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var arrived = _arrived.WaitAsync(wakeUp.Token);
        await Task.WhenAny(arrived, Task.Delay(wait, _time, wakeUp.Token)).ConfigureAwait(false);
        await wakeUp.CancelAsync().ConfigureAwait(false);
        while (_arrived.Wait(0, CancellationToken.None))
        {
        }

        _stopping.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Delivers all that is due.</summary>
    /// <returns>How long until the next is.</returns>
    private TimeSpan DeliverDue()
    {
        var nextMs = (long)LongestWait.TotalMilliseconds;
        for (var level = 1; level <= _levels.Max; level++)
        {
            if (_store.Queue(SystemTopics.Schedule, level - 1) is { } queue)
            {
                nextMs = Math.Min(nextMs, DeliverLevel(level, queue));
            }
        }

        return TimeSpan.FromMilliseconds(nextMs);
    }

    /// <returns>Milliseconds until this level's next message is due.</returns>
    private long DeliverLevel(int level, ConsumeQueue queue)
    {
        ref var offset = ref _offsets[level - 1];
        Span<byte> units = stackalloc byte[QueueUnit.Bytes * 32];
        while (!_stopping.IsCancellationRequested)
        {
            offset = Math.Max(offset, queue.MinOffset);
            var count = queue.Read(offset, units);
            if (count == 0)
            {
                // Units that were lost, and that the log gives back, are there soon.
                return (long)(offset < queue.MaxOffset ? RefusedWait : LongestWait).TotalMilliseconds;
            }

            for (var i = 0; i < count; i++)
            {
                var unit = QueueUnit.Read(units[(i * QueueUnit.Bytes)..]);
                var waitMs = WaitMs(level, unit.TagsCode);
                if (waitMs > 0)
                {
                    return waitMs;
                }

                if (!TryDeliver(unit))
                {
                    return (long)RefusedWait.TotalMilliseconds;
                }

                Volatile.Write(ref offset, offset + 1);
            }
        }

        return 0;
    }

    /// <summary>A time further off than the level's delay means that the clock was set back: such a message is due now.</summary>
    private long WaitMs(int level, long deliverAtMs)
    {
        var waitMs = deliverAtMs - _time.GetUtcNow().ToUnixTimeMilliseconds();
        return waitMs > _levels.DelayMs(level) ? 0 : waitMs;
    }

    /// <returns>False when the store takes nothing now; the message stays due.</returns>
    private bool TryDeliver(in QueueUnit unit)
    {
        using var lease = _store.Read(unit.PhysicalOffset);
        if (!lease.IsValid || MessageRecord.TryRead(lease.Bytes, out var record) != RecordReadStatus.Ok
            || !RealDestination.TryRead(record.Properties, out var topic, out var queueId)
            || topic == SystemTopics.TransactionHalf)
        {
            Log.NotDeliverable(_logger, unit.PhysicalOffset);
            return true;
        }

        // The stored properties go out as they are, DELAY and REAL_TOPIC included: consumers of Apache's broker see them too.
        var draft = RecordCopy.To(topic, queueId, record, _storeHost);
        draft.PreparedTransactionOffset = record.PreparedTransactionOffset;
        var published = _publisher.Append(draft);
        _delivered.Note(published);
        return !published.MayPass;
    }

    private void Load(int level, long offset)
    {
        if (level >= 1 && level <= _offsets.Length)
        {
            var queue = _store.Queue(SystemTopics.Schedule, level - 1);
            _offsets[level - 1] = Math.Min(offset, queue?.MaxOffset ?? 0);
        }
    }
}
