namespace RocketMQ.Broker.Statistics;

/// <summary>How far behind the log's end a group was in a queue when it last got messages.</summary>
public sealed class GroupBacklog
{
    private long _bytes;
    private long _ageMs;

    /// <summary>Bytes of the whole log after the last message it got.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>How long that message had been stored, ms.</summary>
    public long AgeMs => Volatile.Read(ref _ageMs);

    internal void Set(long bytes, long ageMs)
    {
        Volatile.Write(ref _bytes, Math.Max(0, bytes));
        Volatile.Write(ref _ageMs, Math.Max(0, ageMs));
    }
}
