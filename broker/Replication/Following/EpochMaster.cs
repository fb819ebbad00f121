using System.Buffers;
using System.Buffers.Binary;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Remoting.Transport;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Following;

/// <summary>
/// A master in a controller's set: it names its epochs, and what is here goes on only where both logs are the same. What is here beyond that another master has
/// written, and nobody else has: it is cut off before anything is taken. (Apache's slaves are silent for five seconds then; this one says at once where it is.)
/// </summary>
internal sealed class EpochMaster(EpochReplication epochs, ReplicationOptions options, MessageStore store) : IMasterDialect
{
    private EpochFrame _frame;
    private EpochEntry _entry;

    public async ValueTask<Meeting> MeetAsync(ITransportConnection connection)
    {
        new SlaveHandshake(options.SyncFromLastFile, options.AsyncLearner, epochs.BrokerId()).Write(connection.Output.GetSpan(SlaveHandshake.Size));
        connection.Output.Advance(SlaveHandshake.Size);
        await connection.Output.FlushAsync().ConfigureAwait(false);

        if (await ReadAsync(connection, MasterHandshake.HeadSize).ConfigureAwait(false) is not { } head)
        {
            return No("it has closed the connection instead of saying what it has; its log may say why");
        }

        if (BinaryPrimitives.ReadInt32BigEndian(head) != (int)HaState.Handshake)
        {
            return No("it answers with no handshake: a master of this slave must have enableControllerMode=true, too");
        }

        var said = MasterHandshake.Read(head);
        if (said.EndOffset < 0 || said.EntriesSize is < 0 or > MasterHandshake.MaxEntries * MasterHandshake.EntrySize || said.EntriesSize % MasterHandshake.EntrySize != 0)
        {
            return No($"it says that its log ends at {said.EndOffset}, and that {said.EntriesSize} bytes of epochs follow");
        }

        var entries = new EpochEntry[said.EntriesSize / MasterHandshake.EntrySize];
        for (var i = 0; i < entries.Length; i++)
        {
            if (await ReadAsync(connection, MasterHandshake.EntrySize).ConfigureAwait(false) is not { } entry)
            {
                return No("it has closed the connection before it had named its epochs");
            }

            entries[i] = MasterHandshake.ReadEntry(entry);
        }

        return EpochText.WhyNot(entries) is { } fault ? No($"it {fault}") : await Task.Run(() => Judge(entries, said.EndOffset)).ConfigureAwait(false);
    }

    public bool TryTake(ref ReadOnlySequence<byte> input, out LogFrame frame, out string? fault)
    {
        (frame, fault) = (default, null);
        if (input.Length < sizeof(int))
        {
            return false;
        }

        Span<byte> head = stackalloc byte[EpochFrame.HeadSize];
        input.Slice(0, sizeof(int)).CopyTo(head);
        var state = BinaryPrimitives.ReadInt32BigEndian(head);
        if (state != (int)HaState.Transfer)
        {
            fault = $"it says {state} where a frame is to begin";
            return false;
        }

        if (input.Length < EpochFrame.HeadSize)
        {
            return false;
        }

        input.Slice(0, EpochFrame.HeadSize).CopyTo(head);
        input = input.Slice(EpochFrame.HeadSize);
        _frame = EpochFrame.Read(head);
        frame = new LogFrame(_frame.Offset, _frame.Size);
        return true;
    }

    /// <summary>The epoch is on the disk before anything of it: what is here must never pass for another master's.</summary>
    public ValueTask<string?> BeginAsync(LogFrame frame)
    {
        var begun = new EpochEntry(_frame.Epoch, _frame.EpochStart);
        if (begun.Epoch < 1 || begun.StartOffset < 0)
        {
            return new($"it names the epoch {begun}");
        }

        if (begun == _entry)
        {
            return default;
        }

        var (last, end) = (epochs.Epochs.Entries is [.., var entry] ? entry : default, store.ReceivedOffset);
        if (begun == last)
        {
            _entry = begun;
            return default;
        }

        return begun.Epoch <= last.Epoch ? new($"it names the epoch {begun} when that was {last} already")
            : end > 0 && frame.Offset != end ? new($"it goes on at {frame.Offset}, and the log ends at {end} here")
            : end > 0 && begun.StartOffset < end ? new($"it names the epoch {begun}, and the log has bytes of {last} from there to {end} here")
            : new(NoteAsync(begun));
    }

    public void End()
    {
        if (_frame.Confirmed >= 0)
        {
            epochs.MasterConfirmed(_frame.Confirmed);
        }
    }

    public void Report(IBufferWriter<byte> output, long offset)
    {
        EpochFrame.WriteReport(output.GetSpan(EpochFrame.ReportSize), offset);
        output.Advance(EpochFrame.ReportSize);
    }

    private static Meeting No(string reason) => new(0, reason);

    /// <summary>Once an epoch; elsewhere, for the disk is waited for.</summary>
    private async Task<string?> NoteAsync(EpochEntry begun)
    {
        await Task.Run(() => epochs.Epochs.Begin(begun.Epoch, begun.StartOffset)).ConfigureAwait(false);
        _entry = begun;
        return null;
    }

    private static async ValueTask<byte[]?> ReadAsync(ITransportConnection connection, int size)
    {
        var read = await connection.Input.ReadAtLeastAsync(size).ConfigureAwait(false);
        if (read.Buffer.Length < size)
        {
            return null;
        }

        var bytes = read.Buffer.Slice(0, size).ToArray();
        connection.Input.AdvanceTo(read.Buffer.GetPosition(size));
        return bytes;
    }

    private Meeting Judge(EpochEntry[] theirs, long theirEnd)
    {
        var (mine, end) = (epochs.Epochs.Entries, store.ReceivedOffset);
        if (theirs.Length == 0)
        {
            return No("it has no epochs: no controller has made it master yet");
        }

        if (end == 0)
        {
            // Nothing is here of any epoch, whatever the file says.
            epochs.Epochs.CutAt(0);
            return new Meeting(0);
        }

        if (mine.Count == 0)
        {
            return end <= theirs[0].StartOffset && end <= theirEnd ? new Meeting(end)
                : No($"this log has no epochs and ends at {end}, the master's first is {theirs[0]}: what is here from there on nobody can compare. {WayOut}");
        }

        if (CommonHistory.CommonPoint(mine, end, theirs, theirEnd) is not { } point)
        {
            return No($"no epoch is the same on both sides, this log's last is {mine[^1]}, the master's {theirs[^1]}: they are not of one history. {WayOut}");
        }

        if (point < end)
        {
            return point > store.MinPhysicalOffset
                ? new Meeting(0, $"the log ends at {end} here, and is the master's up to {point} alone: it has to be cut there", point)
                : No(
                    $"this log begins at {store.MinPhysicalOffset} and is the master's up to {point} alone, nothing of it would be left; its last epoch is {mine[^1]}, the "
                    + $"master's {theirs[^1]}. If it is the master that has lost its store, make another one master; else: {WayOut}");
        }

        if (!theirs.Contains(mine[^1]))
        {
            epochs.Epochs.CutAt(point);
        }

        return new Meeting(end);
    }

    private string WayOut => $"Stop this broker, empty its store ({store.Options.StorePathRootDir}), and start it again";
}
