namespace RocketMQ.Broker.Replication.Epochs;

/// <summary>Up to where all that count have the log: consumers see no more, and no failover takes it back.</summary>
internal sealed class ConfirmedOffset
{
    private long _value;

    /// <summary>It has changed. On the thread that set it: not to be held up.</summary>
    public event Action? Changed;

    public long Value => Volatile.Read(ref _value);

    public void Set(long value)
    {
        if (Interlocked.Exchange(ref _value, value) != value)
        {
            Changed?.Invoke();
        }
    }
}
