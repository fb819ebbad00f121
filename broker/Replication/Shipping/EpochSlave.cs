using System.Buffers;
using System.Buffers.Binary;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Shipping;

/// <summary>
/// A slave in a controller's set: it says who it is and is told this log's epochs, compares, and says then up to where it has the log. Each frame says whose
/// bytes it carries and up to where the log is confirmed, and none carries bytes of two epochs. (The last of an epoch has, from Apache's masters, the number of
/// the next one; its slaves take either.)
/// </summary>
internal sealed class EpochSlave(EpochReplication epochs, MessageStore store) : ISlaveDialect
{
    private volatile SlaveHandshake? _handshake;
    private bool _hasReported;
    private volatile bool _isOwedAnswer;
    private IReadOnlyList<EpochEntry>? _entries;
    private EpochEntry _entry;
    private long _entryFrom;
    private long _entryEnd;
    private EpochEntry _saidEntry;
    private long _saidConfirmed = -1;

    public long? BrokerId => _handshake?.BrokerId;

    public bool IsLearner => _handshake is { IsLearner: true };

    /// <summary>It is told the epoch that way, though nothing should be written in it for long.</summary>
    public bool BeginsWithoutBytes => true;

    public bool TryTake(ref ReadOnlySequence<byte> input, out long? offset, out string? fault)
    {
        (offset, fault) = (null, null);
        Span<byte> word = stackalloc byte[SlaveHandshake.Size];
        if (input.Length < sizeof(int))
        {
            return false;
        }

        input.Slice(0, sizeof(int)).CopyTo(word);
        var state = BinaryPrimitives.ReadInt32BigEndian(word);
        var size = state switch
        {
            (int)HaState.Handshake => SlaveHandshake.Size,
            (int)HaState.Transfer when _handshake is not null => EpochFrame.ReportSize,
            _ => 0,
        };
        if (size == 0)
        {
            fault = _handshake is null ? "it begins with no handshake: a slave of this master must have enableControllerMode=true, too" : $"it says {state}, which is no word of a slave's";
            return true;
        }

        if (input.Length < size)
        {
            return false;
        }

        input.Slice(0, size).CopyTo(word);
        input = input.Slice(size);
        if (state == (int)HaState.Handshake)
        {
            fault = Greet(SlaveHandshake.Read(word));
        }
        else
        {
            offset = EpochFrame.ReadReport(word);
            _hasReported = true;
        }

        return true;
    }

    public long Start(long reported) =>
        reported > 0 ? reported
        : _handshake is { SyncFromLastFile: true } ? Math.Max(store.MinPhysicalOffset, store.MaxPhysicalOffset - store.MaxPhysicalOffset % store.LogFileSize)
        : store.MinPhysicalOffset;

    public bool TryAnswer(IBufferWriter<byte> output)
    {
        if (!_isOwedAnswer)
        {
            return false;
        }

        _isOwedAnswer = false;
        var entries = epochs.Epochs.Entries;
        var first = Math.Max(0, entries.Count - MasterHandshake.MaxEntries);
        new MasterHandshake((entries.Count - first) * MasterHandshake.EntrySize, store.MaxPhysicalOffset, entries[^1].Epoch).Write(output.GetSpan(MasterHandshake.HeadSize));
        output.Advance(MasterHandshake.HeadSize);
        for (var i = first; i < entries.Count; i++)
        {
            MasterHandshake.WriteEntry(output.GetSpan(MasterHandshake.EntrySize), entries[i]);
            output.Advance(MasterHandshake.EntrySize);
        }

        return true;
    }

    public int Fit(long offset, int wanted)
    {
        Find(offset);
        return (int)Math.Clamp(_entryEnd - offset, 0, wanted);
    }

    public bool HasNews(long next)
    {
        Find(next);
        return _entry != _saidEntry || epochs.Confirmed.Value != _saidConfirmed;
    }

    public void WriteHead(IBufferWriter<byte> output, long offset, int size)
    {
        Find(offset);
        (_saidEntry, _saidConfirmed) = (_entry, epochs.Confirmed.Value);
        new EpochFrame(store.MaxPhysicalOffset == 0 ? -1 : offset, size, _entry.Epoch, _entry.StartOffset, _saidConfirmed == long.MaxValue ? store.MaxPhysicalOffset : _saidConfirmed).Write(output.GetSpan(EpochFrame.HeadSize));
        output.Advance(EpochFrame.HeadSize);
    }

    /// <summary>Apache's slaves say it again when the answer is late, and can't do with two.</summary>
    private string? Greet(SlaveHandshake said)
    {
        if (_handshake is { } known)
        {
            return said == known && !_hasReported ? null : "it begins again with another handshake";
        }

        var fault = !epochs.IsMaster() ? "this broker is not the master of the set"
            : epochs.Epochs.Entries.Count == 0 ? "no epoch has begun here yet"
            : said.BrokerId < 1 ? $"it says that it is broker {said.BrokerId} of the set"
            : null;
        if (fault is null)
        {
            _handshake = said;
            _isOwedAnswer = true;
        }

        return fault;
    }

    /// <summary>What is older than all epochs goes with the first: it was written before there was a controller.</summary>
    private void Find(long offset)
    {
        var entries = epochs.Epochs.Entries;
        if ((entries == _entries && offset >= _entryFrom && offset < _entryEnd) || entries.Count == 0)
        {
            return;
        }

        var i = EpochFile.IndexAt(entries, offset);
        (_entries, _entry) = (entries, entries[Math.Max(i, 0)]);
        (_entryFrom, _entryEnd) = i < 0 ? (0, _entry.StartOffset) : (_entry.StartOffset, EpochFile.EndOf(entries, i));
    }
}
