namespace RocketMQ.Broker.Replication;

/// <summary>Bytes of the last whole second that something went over a connection; a figure for operators.</summary>
internal sealed class TransferRate(TimeProvider time)
{
    private long _second;
    private long _inThis;
    private long _inLast;

    public long InSecond => (Now() - Volatile.Read(ref _second)) switch
    {
        0 => Volatile.Read(ref _inLast),
        1 => Volatile.Read(ref _inThis),
        _ => 0,
    };

    /// <summary>By one thread at a time.</summary>
    public void Add(int bytes)
    {
        var now = Now();
        if (now != _second)
        {
            Volatile.Write(ref _inLast, now == _second + 1 ? _inThis : 0);
            Volatile.Write(ref _second, now);
            Volatile.Write(ref _inThis, 0);
        }

        Volatile.Write(ref _inThis, _inThis + bytes);
    }

    private long Now() => time.GetUtcNow().ToUnixTimeSeconds();
}
