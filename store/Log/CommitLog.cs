using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Dispatch;

namespace RocketMQ.Store.Log;

/// <summary>
/// The log all messages stand in, one after another. One lock orders the appends; a record is encoded in place, under it, straight from the
/// buffers it arrived in. Readers see only what lies before <see cref="WriteOffset"/>.
/// </summary>
internal sealed class CommitLog(StoreOptions options, StoreTopics topics, LogFiles files, LogFileMaker maker, WriteGate gate, TimeProvider time)
{
    /// <summary>A file never fills up to its last 8 bytes: the blank that ends it needs them.</summary>
    private const int BlankSize = 8;

    private LogFile? _active;
    private long _writeOffset;
    private long _lastStoreTimestamp;

    public LogFiles Files => files;

    /// <summary>Orders what is appended.</summary>
    public Lock Appending { get; } = new();

    /// <summary>Where the next record goes: the end of what can be read.</summary>
    public long WriteOffset => Volatile.Read(ref _writeOffset);

    /// <summary>Start of the oldest file.</summary>
    public long MinOffset => files.All is [var first, ..] ? first.BaseOffset : WriteOffset;

    /// <summary>Store timestamp of the newest record.</summary>
    public long LastStoreTimestamp => Volatile.Read(ref _lastStoreTimestamp);

    /// <summary>Places the end of the log, as recovery found it. Not for use beside appends.</summary>
    public void OpenAt(long writeOffset, long lastStoreTimestamp)
    {
        files.RemoveAfter(writeOffset);
        _active = files.Find(writeOffset);
        if (_active is { } file && file.TryLease())
        {
            // A broker that did not reserve may have left holes.
            file.Mapped.Reserve(writeOffset - file.BaseOffset, file.EndOffset - writeOffset);
            file.Release();
        }
        _lastStoreTimestamp = lastStoreTimestamp;
        Volatile.Write(ref _writeOffset, writeOffset);
        maker.Watch(_active, writeOffset);
    }

    /// <summary>Returns once no append is under way that began before the gate closed.</summary>
    public void Settle()
    {
        lock (Appending)
        {
        }
    }

    /// <summary>Has the first file of an empty log be one that begins at an offset. Under the append lock.</summary>
    public void PrepareAt(long offset) => maker.StartAt(offset);

    /// <summary>Takes back the first file, of which nothing was ever read. Under the append lock.</summary>
    public void BeginAgain()
    {
        files.RemoveAfter(-1);
        _active = null;
        maker.Watch(null, 0);
        maker.StartAt(0);
    }

    /// <summary>The file that bytes of an offset go to, which follows all that is written. Under the append lock; false when there is no space for it.</summary>
    public bool TryFileAt(long offset, [NotNullWhen(true)] out LogFile? file)
    {
        if (_active is null || offset == _active.EndOffset)
        {
            file = TryRoll() ? _active : null;
            return file is not null;
        }
        file = _active;
        return true;
    }

    /// <summary>Moves the end of what can be read behind bytes that were put there. Under the append lock.</summary>
    public void MoveTo(long writeOffset, long lastStoreTimestamp)
    {
        Volatile.Write(ref _lastStoreTimestamp, lastStoreTimestamp);
        Volatile.Write(ref _writeOffset, writeOffset);
        maker.OnAppended(writeOffset);
    }

    /// <summary>Runs something between two appends, with where the log ends there: what is done has that place in the order of all appends.</summary>
    public T BetweenAppends<T>(Func<long, T> action)
    {
        lock (Appending)
        {
            return action(_writeOffset);
        }
    }

    /// <summary>
    /// Appends one message. <paramref name="queue"/> is the one its topic and queue id name; false, with nothing done, when its topic was deleted since it
    /// was found: look again. A batch in one record that goes to a queue of batches gets a property that says its first offset.
    /// </summary>
    public bool TryAppend(in MessageDraft draft, ConsumeQueue queue, out AppendResult result)
    {
        return queue.IsBatch && (draft.SysFlag & MessageSysFlag.InnerBatch) != 0
            ? TryAppendBased(draft, queue, out result)
            : TryAppend(draft, queue, default(InnerBatchBase), out result);
    }

    private bool TryAppendBased(MessageDraft draft, ConsumeQueue queue, out AppendResult result)
    {
        var withBase = new InnerBatchBase(draft.MoreProperties);
        draft.MoreProperties = withBase.Longest;
        return TryAppend(draft, queue, withBase, out result);
    }

    private bool TryAppend(in MessageDraft draft, ConsumeQueue queue, in InnerBatchBase withBase, out AppendResult result)
    {
        var topic = queue.Topic.Utf8;
        var bodyLength = draft.BodyLength;
        var propertiesLength = draft.PropertiesLength;
        if (Refusal(draft.Topic, topic.Length, bodyLength, propertiesLength) is var refusal && refusal != AppendStatus.Ok)
        {
            return Refused(refusal, out result);
        }
        if (!DispatchedRecord.TryCountOffsets(draft, out var offsets))
        {
            return Refused(AppendStatus.BatchMalformed, out result);
        }
        var size = MessageLayout.RecordSize(draft.StoredSysFlag, bodyLength, topic.Length, propertiesLength);
        var bodyCrc = bodyLength == draft.Body.Length ? MessageCrc.OfBody(draft.Body) : MessageCrc.OfBody(draft.Body, draft.MoreBody);
        var isQueued = DispatchedRecord.IsQueuedType(MessageSysFlag.Transaction(draft.SysFlag));
        lock (Appending)
        {
            if (queue.Topic.IsDropped)
            {
                result = default;
                return false;
            }
            if (MakeRoom(size, queue) is var room && room != AppendStatus.Ok)
            {
                return Refused(room, out result);
            }
            var physicalOffset = _writeOffset;
            var queueOffset = isQueued ? queue.NextAppendOffset : 0;
            var storeTimestamp = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (withBase.IsNone)
            {
                MessageRecordWriter.Write(_active!.Bytes(physicalOffset, size), draft, topic, bodyCrc, queueOffset, physicalOffset, storeTimestamp);
            }
            else
            {
                WriteBased(draft, withBase.For(queueOffset), ref size, topic, bodyCrc, queueOffset, physicalOffset, storeTimestamp);
            }
            // Only now that the record is whole: offsets given out and not written would be a hole in the queue.
            if (isQueued)
            {
                queue.NextAppendOffset = queueOffset + offsets;
            }
            Volatile.Write(ref _lastStoreTimestamp, storeTimestamp);
            Volatile.Write(ref _writeOffset, physicalOffset + size);
            result = new(AppendStatus.Ok, physicalOffset, size, queueOffset, storeTimestamp);
        }
        maker.OnAppended(result.EndOffset);
        return true;
    }

    /// <summary>Writes a batch whose first offset is known now; its record may be shorter than it could have been. A copy of its draft is not for the others' path.</summary>
    private void WriteBased(
        MessageDraft draft, ReadOnlySpan<byte> moreProperties, ref int size, ReadOnlySpan<byte> topic, int bodyCrc, long queueOffset, long physicalOffset,
        long storeTimestamp)
    {
        size -= draft.PropertiesLength;
        draft.MoreProperties = moreProperties;
        size += draft.PropertiesLength;
        MessageRecordWriter.Write(_active!.Bytes(physicalOffset, size), draft, topic, bodyCrc, queueOffset, physicalOffset, storeTimestamp);
    }

    /// <summary>Appends one message that is listed in light queues, too; see <see cref="LightQueues"/>. False when a topic was deleted since its queue was found.</summary>
    public bool TryAppend(in MessageDraft draft, ConsumeQueue queue, List<ConsumeQueue?> lightQueues, out AppendResult result)
    {
        lock (Appending)
        {
            if (lightQueues.Exists(light => light is { Topic.IsDropped: true }))
            {
                result = default;
                return false;
            }
            if (lightQueues.Exists(light => light is { SetAside: not null }))
            {
                return Refused(AppendStatus.QueueSetAside, out result);
            }
            var offsets = LightQueues.OffsetsText(lightQueues);
            var properties = new byte[PropertyText.JoinedLength(draft.MoreProperties, offsets)];
            PropertyText.WriteJoined(properties, draft.MoreProperties, offsets);
            var listed = draft;
            listed.MoreProperties = properties;
            var isDone = TryAppend(listed, queue, out result);
            if (result.IsOk)
            {
                LightQueues.Advance(lightQueues);
            }
            return isDone;
        }
    }

    /// <summary>
    /// Appends the sub-messages of a batch next to each other, with consecutive queue offsets; readers see all or none of them. False when the topic was
    /// deleted since its queue was found.
    /// </summary>
    public bool TryAppendBatch(
        in MessageDraft batch, ReadOnlySpan<byte> body, ConsumeQueue queue, Span<int> crcs, Span<long> physicalOffsets, out AppendResult result)
    {
        var topic = queue.Topic.Utf8;
        if (Measure(batch, body, topic.Length, crcs, out var total) is var refusal && refusal != AppendStatus.Ok)
        {
            return Refused(refusal, out result);
        }
        lock (Appending)
        {
            if (queue.Topic.IsDropped)
            {
                result = default;
                return false;
            }
            if (MakeRoom(total, queue) is var room && room != AppendStatus.Ok)
            {
                return Refused(room, out result);
            }
            var first = _writeOffset;
            var physicalOffset = first;
            var queueOffset = queue.NextAppendOffset;
            var storeTimestamp = time.GetUtcNow().ToUnixTimeMilliseconds();
            for (var i = 0; BatchBody.TryTake(ref body, out var message); i++)
            {
                var draft = Expand(batch, message);
                var size = MessageRecordWriter.Size(draft, topic.Length);
                MessageRecordWriter.Write(_active!.Bytes(physicalOffset, size), draft, topic, crcs[i], queueOffset + i, physicalOffset, storeTimestamp);
                physicalOffsets[i] = physicalOffset;
                physicalOffset += size;
            }
            queue.NextAppendOffset = queueOffset + physicalOffsets.Length;
            Volatile.Write(ref _lastStoreTimestamp, storeTimestamp);
            Volatile.Write(ref _writeOffset, physicalOffset);
            result = new(AppendStatus.Ok, first, total, queueOffset, storeTimestamp);
        }
        maker.OnAppended(result.EndOffset);
        return true;
    }

    /// <summary>Leases bytes of the log; an invalid lease when they are not (or no longer) all in one file before the log's end.</summary>
    public LogLease Lease(long physicalOffset, int length)
    {
        if (length <= 0 || physicalOffset + length > WriteOffset || files.Find(physicalOffset) is not { } file
            || physicalOffset + length > file.EndOffset || !file.TryLease())
        {
            return default;
        }
        return new LogLease(file, physicalOffset, length);
    }

    /// <summary>Leases bytes of the log, as many as there are in one file before the log's end; invalid when there are none.</summary>
    public LogLease LeaseUpTo(long physicalOffset, int maxLength)
    {
        var end = files.Find(physicalOffset) is { } file ? Math.Min(WriteOffset, file.EndOffset) : physicalOffset;
        return Lease(physicalOffset, (int)Math.Min(maxLength, end - physicalOffset));
    }

    /// <summary>Leases the record at an offset; invalid when none starts there.</summary>
    public LogLease LeaseRecord(long physicalOffset)
    {
        using var head = Lease(physicalOffset, MessageLayout.MinRecordSize);
        if (!head.IsValid || BinaryPrimitives.ReadInt32BigEndian(head.Bytes[MessageLayout.Magic..]) is not (MessageLayout.MagicV1 or MessageLayout.MagicV2))
        {
            return default;
        }
        return Lease(physicalOffset, BinaryPrimitives.ReadInt32BigEndian(head.Bytes));
    }

    /// <summary>Store timestamp of the record at an offset; −1 when there is none.</summary>
    public long StoreTimestampAt(long physicalOffset)
    {
        using var head = Lease(physicalOffset, MessageLayout.MinRecordSize);
        if (!head.IsValid)
        {
            return -1;
        }
        var sysFlag = BinaryPrimitives.ReadInt32BigEndian(head.Bytes[MessageLayout.SysFlag..]);
        return BinaryPrimitives.ReadInt64BigEndian(head.Bytes[MessageLayout.StoreTimestampAt(sysFlag)..]);
    }

    private static bool Refused(AppendStatus status, out AppendResult result)
    {
        result = AppendResult.Refused(status);
        return true;
    }

    private AppendStatus Refusal(string topic, int topicLength, int bodyLength, int propertiesLength)
    {
        if (bodyLength > options.MaxMessageSize)
        {
            return AppendStatus.MessageTooLarge;
        }
        if (propertiesLength > MessageLayout.MaxPropertiesLength)
        {
            return AppendStatus.PropertiesTooLarge;
        }
        var isTooLong = topicLength > byte.MaxValue
            || (topicLength > MessageLayout.MaxTopicLengthV1 && !topics.IsRetry(topic));
        return isTooLong ? AppendStatus.TopicTooLong : AppendStatus.Ok;
    }

    /// <summary>How much of the log a batch takes: its own properties are added to each message's, so it may be a thousand times what was sent.</summary>
    private AppendStatus Measure(in MessageDraft batch, ReadOnlySpan<byte> body, int topicLength, Span<int> crcs, out int total)
    {
        total = 0;
        if (body.Length > options.MaxMessageSize)
        {
            return AppendStatus.MessageTooLarge;
        }
        // Its messages are records of their own: it may not claim that each is a batch again.
        if ((batch.SysFlag & MessageSysFlag.InnerBatch) != 0)
        {
            return AppendStatus.BatchMalformed;
        }
        var sum = 0L;
        for (var i = 0; BatchBody.TryTake(ref body, out var message); i++)
        {
            var draft = Expand(batch, message);
            if (Refusal(batch.Topic, topicLength, message.Body.Length, draft.PropertiesLength) is var refusal && refusal != AppendStatus.Ok)
            {
                return refusal;
            }
            sum += MessageRecordWriter.Size(draft, topicLength);
            if (sum > options.LargestBatch)
            {
                return AppendStatus.BatchTooLarge;
            }
            crcs[i] = MessageCrc.OfBody(message.Body);
        }
        total = (int)sum;
        return AppendStatus.Ok;
    }

    private static MessageDraft Expand(scoped in MessageDraft batch, in BatchBody.SubMessage message) => new()
    {
        Topic = batch.Topic,
        QueueId = batch.QueueId,
        Flag = message.Flag,
        SysFlag = batch.SysFlag,
        BornTimestamp = batch.BornTimestamp,
        BornHost = batch.BornHost,
        StoreHost = batch.StoreHost,
        ReconsumeTimes = batch.ReconsumeTimes,
        Body = message.Body,
        Properties = message.Properties,
        MoreProperties = batch.Properties,
    };

    /// <summary>Rolls to the next file when the active one has no room. Under the append lock.</summary>
    private AppendStatus MakeRoom(int size, ConsumeQueue queue)
    {
        // Seen here once more: a stop waits for the lock before its last flush.
        if (gate.Status is var status && status != AppendStatus.Ok)
        {
            return status;
        }
        if (queue.SetAside is not null)
        {
            return AppendStatus.QueueSetAside;
        }
        if (_active is { } file && size + BlankSize <= file.EndOffset - _writeOffset)
        {
            return AppendStatus.Ok;
        }
        if (size + BlankSize > files.FileSize)
        {
            return AppendStatus.MessageTooLarge;
        }
        var full = _active;
        if (!TryRoll())
        {
            return AppendStatus.DiskFull;
        }
        if (full is not null)
        {
            WriteBlank(full);
        }
        Volatile.Write(ref _writeOffset, _active!.BaseOffset);
        return AppendStatus.Ok;
    }

    /// <summary>Has the next file be the one that is written. Under the append lock; false when there is no space for it.</summary>
    private bool TryRoll()
    {
        var next = maker.Take();
        if (next is null)
        {
            return false;
        }
        files.Add(next);
        _active = next;
        maker.Watch(next, next.BaseOffset);
        return true;
    }

    /// <summary>Ends a file behind its last record.</summary>
    private void WriteBlank(LogFile full)
    {
        var remaining = (int)(full.EndOffset - _writeOffset);
        if (remaining >= BlankSize)
        {
            var blank = full.Bytes(_writeOffset, BlankSize);
            BinaryPrimitives.WriteInt64BigEndian(blank, ((long)remaining << 32) | unchecked((uint)MessageLayout.MagicBlank));
        }
    }
}
