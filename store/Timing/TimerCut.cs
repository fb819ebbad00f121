using RocketMQ.Store.Files;
using RocketMQ.Store.Log;

namespace RocketMQ.Store.Timing;

/// <summary>
/// Takes the timers of a store that is not open back to where they were when its log ended at an offset. Entries of messages that are gone leave the
/// timers' log; delivery goes back to the first slot of which a message was delivered, rolled or taken back behind the cut, for that is undone. What was
/// delivered before the cut is not delivered again but for messages of that one slot; nothing is passed over. The wheel is put right when it is opened.
/// </summary>
internal sealed class TimerCut(StoreOptions options, IStoreFileSystem files, LogFiles log)
{
    /// <param name="offset">Where the log is cut.</param>
    /// <param name="end">Where it still ends.</param>
    /// <param name="listedTo">Records before this are in the files of their queues.</param>
    /// <param name="nowMs">When this is.</param>
    public void Run(long offset, long end, long listedTo, long nowMs)
    {
        if (!files.FileExists(options.TimerCheckpointPath))
        {
            return;
        }
        using var file = new TimerCheckpointFile(files, options.TimerCheckpointPath);
        file.Load(out var checkpoint, out var progress);
        var undone = TimersUndone.Read(log, offset, end, options.TimerPrecision);
        var (queueEnd, physicalEnd) = undone.Late.Count > 0
            ? FirstLate(undone, listedTo, offset, Math.Max(checkpoint.QueueOffset, progress?.QueueOffset ?? 0))
            : (undone.QueueEnd, offset);
        var readTo = undone.ReadTimeMs;
        var logEnd = CutLog(physicalEnd, unit => readTo = undone.Rolled.Contains(unit.WriteTimeMs) && unit.IsRolled ? Math.Min(readTo, unit.TimeMs) : readTo);

        if (progress is { } noted)
        {
            file.Note(noted with
            {
                ReadTimeMs = Back(noted.ReadTimeMs, readTo),
                SlotDone = noted.ReadTimeMs < readTo ? noted.SlotDone : 0,
                QueueOffset = Math.Min(noted.QueueOffset, queueEnd),
                LogEnd = Math.Min(noted.LogEnd, logEnd),
                PhysicalEnd = Math.Min(noted.PhysicalEnd, offset),
            });
        }
        var followed = file.LoadFollowed();
        file.Note(new TimerFollowed(Math.Min(followed.QueueOffset, undone.QueueEnd), Math.Min(followed.ReadTimeMs, Math.Min(readTo, undone.LateTimeMs))));
        file.Save(checkpoint with
        {
            ReadTimeMs = checkpoint.ReadTimeMs > 0 ? Back(checkpoint.ReadTimeMs, readTo) : 0,
            LogPosition = Math.Min(checkpoint.LogPosition, logEnd),
            QueueOffset = Math.Min(checkpoint.QueueOffset, queueEnd),
            MasterQueueOffset = Math.Min(checkpoint.MasterQueueOffset, queueEnd),
            VersionTimestamp = nowMs,
            VersionCounter = checkpoint.VersionCounter + 1,
        });
    }

    /// <summary>No further than a wheel serves: what a message says of itself is not always true.</summary>
    private long Back(long timeMs, long toMs) => toMs >= timeMs ? timeMs : Math.Max(toMs, TimerStore.FurthestBack(timeMs, options.TimerPrecision));

    /// <summary>Cuts the timers' log before the first entry of a record that is gone, or is to be taken once more; where it ends.</summary>
    private long CutLog(long physicalEnd, Action<TimerUnit> kept)
    {
        if (files.FileNames(options.TimerLogPath).Count == 0)
        {
            return long.MaxValue;
        }
        using var timerLog = TimerLog.Open(files, options.TimerLogPath, options.MappedFileSizeTimerLog);
        timerLog.Recover(0, unit => unit.PhysicalOffset + unit.Size <= physicalEnd, (_, unit) => kept(unit));
        // At 0 nothing is missed where there is nothing.
        return timerLog.End == timerLog.Start ? 0 : timerLog.End;
    }

    /// <summary>
    /// What came too late for the wheel is in no slot: it is delivered again by being taken again, from the first one on whose message is still in the
    /// timer queue. Most are gone from there as well. Which one that is, and where it stands; where there is none, where queue and log are cut.
    /// </summary>
    private (long QueueOffset, long PhysicalOffset) FirstLate(TimersUndone undone, long listedTo, long offset, long takenTo)
    {
        var missing = new HashSet<(string, string, long)>(undone.Late);
        var first = (QueueOffset: undone.QueueEnd, PhysicalOffset: offset);
        foreach (var (key, queueOffset, physicalOffset) in TimersUndone.Unlisted(log, listedTo, offset).Concat(TimersUndone.Listed(options, files, log, takenTo)))
        {
            if (missing.Remove(key) && queueOffset < Math.Min(takenTo, first.QueueOffset))
            {
                first = (queueOffset, physicalOffset);
            }
            if (missing.Count == 0)
            {
                break;
            }
        }
        return first;
    }
}
