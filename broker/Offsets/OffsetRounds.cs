namespace RocketMQ.Broker.Offsets;

/// <summary>
/// Which offsets have changed since somebody looked last, without a list of them: each group's offsets in a topic remember the round they changed in, and
/// whoever looks begins a round. The first commit of a round pays for that; none waits.
/// </summary>
internal sealed class OffsetRounds
{
    private long _current = 1;
    private long _changed;
    private long _removed;

    /// <summary>Begins a round, before a look: what that look may miss has changed in this round, or in a later one.</summary>
    public long Begin() => Interlocked.Increment(ref _current);

    /// <summary>Whether nothing has changed or gone since a round began.</summary>
    public bool IsQuietSince(long round) => Volatile.Read(ref _changed) < round && Volatile.Read(ref _removed) < round;

    /// <summary>Whether offsets have gone, or were replaced as a whole, since a round began: only all that are left tells of that.</summary>
    public bool HasRemovedSince(long round) => Volatile.Read(ref _removed) >= round;

    /// <summary>Offsets have changed: call it after.</summary>
    public void Changed(GroupOffsets offsets)
    {
        while (Volatile.Read(ref _current) is var current && offsets.Round != current)
        {
            offsets.Round = current;
            Volatile.Write(ref _changed, current);

            // Whoever began a round meanwhile may have looked before this was to be seen: then it has changed in that round, too.
            Interlocked.MemoryBarrier();
        }
    }

    /// <summary>Offsets are gone: call it after.</summary>
    public void Removed()
    {
        while (Volatile.Read(ref _current) is var current && Volatile.Read(ref _removed) != current)
        {
            Volatile.Write(ref _removed, current);
            Interlocked.MemoryBarrier();
        }
    }
}
