namespace RocketMQ.Store;

/// <summary>Whether the store takes appends, and why not. Several reasons may hold at once.</summary>
internal sealed class WriteGate
{
    private readonly Lock _changing = new();
    private readonly SortedDictionary<Reason, string> _closed = new() { [Reason.NotStarted] = "it is not started yet" };
    private volatile Reason _gravest = Reason.NotStarted;

    /// <summary>From the gravest on.</summary>
    internal enum Reason
    {
        /// <summary>A flush failed: what was written before it may be lost, so nothing may be promised any more.</summary>
        Failed,
        Stopped,
        NotStarted,

        /// <summary>Its broker is no master: another one writes the log.</summary>
        NotMaster,

        /// <summary>The disk's use is over diskSpaceWarningLevelRatio.</summary>
        DiskOverLimit,

        /// <summary>The next commit log file finds no space.</summary>
        NoNextFile,

        /// <summary>Consume queues cannot be written for lack of space.</summary>
        QueuesUnwritten,

        /// <summary>More waits to be written to consume queues than memory is set aside for.</summary>
        Backlog,

        /// <summary>More of the log waits to be listed in its queues than maxDispatchBehindBytes.</summary>
        DispatchBehind,

        /// <summary>As much of it waits for other brokers to acknowledge it.</summary>
        ReplicasBehind,
        None,
    }

    public AppendStatus Status => _gravest switch
    {
        Reason.None => AppendStatus.Ok,
        Reason.Failed or Reason.Stopped or Reason.NotStarted => AppendStatus.NotWritable,
        Reason.NotMaster => AppendStatus.NotMaster,
        Reason.Backlog or Reason.DispatchBehind or Reason.ReplicasBehind => AppendStatus.Busy,
        _ => AppendStatus.DiskFull,
    };

    /// <summary>What keeps the gate closed, the gravest first; null when it is open.</summary>
    public string? Explanation
    {
        get
        {
            lock (_changing)
            {
                return _closed.Count == 0 ? null : string.Join("; ", _closed.Values);
            }
        }
    }

    /// <summary>
    /// Whether another broker's log is taken: only the role keeps this one from appending. How far its master's word lets it list what came is no reason to
    /// take no more: the word follows what is taken.
    /// </summary>
    public bool IsOpenToMaster
    {
        get
        {
            lock (_changing)
            {
                return _closed.ContainsKey(Reason.NotMaster) && _closed.Count == (_closed.ContainsKey(Reason.ReplicasBehind) ? 2 : 1);
            }
        }
    }

    public bool HasFailed => _gravest == Reason.Failed;

    /// <summary>Closes the gate for a reason, told in words with the limit and the way out, or with null removes the reason; true when that changed something.</summary>
    public bool Set(Reason reason, string? words)
    {
        lock (_changing)
        {
            var held = _closed.ContainsKey(reason);
            if (words is null)
            {
                _closed.Remove(reason);
            }
            else
            {
                _closed[reason] = words;
            }
            _gravest = _closed.Count == 0 ? Reason.None : _closed.Keys.First();
            return held != (words is not null);
        }
    }

    public void Fail(Exception failure) =>
        Set(Reason.Failed, $"a write to its disk failed ({failure.Message}): check the disk, then restart the broker");
}
