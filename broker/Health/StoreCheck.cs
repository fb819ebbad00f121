using System.Globalization;
using RocketMQ.Store;

namespace RocketMQ.Broker.Health;

/// <summary>Whether the store takes messages, has room, and brings them to the disk and into their queues.</summary>
internal sealed class StoreCheck(MessageStore store, TimeProvider time) : IHealthCheck
{
    /// <summary>The flusher and the dispatcher move several times a second when there is anything to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int MaxQueuesNamed = 5;

    private readonly StallWatch _flushing = new(time);
    private readonly StallWatch _dispatching = new(time);

    public IEnumerable<HealthFinding> Look()
    {
        var status = store.WriteStatus;
        yield return new HealthFinding("store.writable", status is AppendStatus.Ok or AppendStatus.NotMaster, status switch
        {
            AppendStatus.Ok => "appends are taken",
            AppendStatus.NotMaster => "appends are the master's: this broker is a slave",
            AppendStatus.DiskFull => "appends are refused: the disk is full; delete or move what is not the store's, or lower fileReservedTime",
            AppendStatus.Busy => "appends are refused for the moment: more waits for the disk, or to be listed in its queues, than memory is set aside for",
            _ => "appends are refused: a flush has failed and what was written before it may be lost; look into the log, then restart the broker",
        });

        var setAside = store.QueuesSetAside;
        yield return new HealthFinding("store.queues", setAside.Count == 0, setAside.Count == 0
            ? "all queues can be used"
            : $"{setAside.Count} queues are set aside and tried again, all others go on: {string.Join("; ", setAside.Take(MaxQueuesNamed))}");

        var figures = store.Figures();
        var ratio = Math.Max(figures.CommitLogDiskRatio, figures.ConsumeQueueDiskRatio);
        var limit = store.Options.DiskSpaceWarningLevelRatio / 100.0;
        yield return new HealthFinding("store.disk", status != AppendStatus.DiskFull && ratio < limit, string.Create(
            CultureInfo.InvariantCulture, $"{ratio:P1} of the disk is in use; appends are refused from {limit:P0} on (diskSpaceWarningLevelRatio)"));

        yield return Moves("store.flush", _flushing, store.FlushedOffset, store.MaxPhysicalOffset, "on the disk");
        yield return Moves("store.dispatch", _dispatching, store.DispatchedOffset, store.MaxPhysicalOffset, "visible in its queues");
    }

    private static HealthFinding Moves(string check, StallWatch watch, long position, long end, string what)
    {
        var stalled = watch.Look(position, end);
        return new HealthFinding(check, stalled < Patience, stalled < Patience
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, end - position)} bytes of the log are not {what} yet")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{end - position} bytes of the log are not {what}, and nothing has moved for {stalled.TotalSeconds:0} s: is the disk gone or overloaded?"));
    }
}
