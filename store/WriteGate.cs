namespace RocketMQ.Store;

/// <summary>Whether the store takes appends, and why not. Several reasons may hold at once.</summary>
internal sealed class WriteGate
{
    private int _reasons = (int)Reason.NotStarted;

    [Flags]
    internal enum Reason
    {
        None = 0,
        NotStarted = 1,
        Stopped = 2,

        /// <summary>A flush failed: what was written before it may be lost, so nothing may be promised any more.</summary>
        Failed = 4,

        /// <summary>The disk's use is over diskSpaceWarningLevelRatio.</summary>
        DiskOverLimit = 8,

        /// <summary>Consume queues cannot be written for lack of space.</summary>
        QueuesUnwritten = 16,

        /// <summary>More waits to be written to consume queues than memory is set aside for.</summary>
        Backlog = 32,
    }

    /// <summary>What failed, when <see cref="Reason.Failed"/> holds.</summary>
    public Exception? Failure { get; private set; }

    public AppendStatus Status
    {
        get
        {
            var reasons = (Reason)Volatile.Read(ref _reasons);
            if (reasons == Reason.None)
            {
                return AppendStatus.Ok;
            }
            if ((reasons & (Reason.NotStarted | Reason.Stopped | Reason.Failed)) != 0)
            {
                return AppendStatus.NotWritable;
            }
            return (reasons & (Reason.DiskOverLimit | Reason.QueuesUnwritten)) != 0 ? AppendStatus.DiskFull : AppendStatus.Busy;
        }
    }

    public bool Has(Reason reason) => ((Reason)Volatile.Read(ref _reasons) & reason) != 0;

    /// <summary>Sets or clears a reason; true when that changed something.</summary>
    public bool Set(Reason reason, bool holds)
    {
        var before = holds ? Interlocked.Or(ref _reasons, (int)reason) : Interlocked.And(ref _reasons, ~(int)reason);
        return ((before & (int)reason) != 0) != holds;
    }

    public void Fail(Exception failure)
    {
        Failure ??= failure;
        Set(Reason.Failed, true);
    }
}
