namespace RocketMQ.Broker.Replication.Shipping;

/// <summary>How much of the log may be shipped: with haFlowControlEnable so many bytes a second, to all slaves together.</summary>
internal sealed class ShippingRate(ReplicationOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _second = -1;
    private long _left;

    /// <summary>Bytes that may be shipped now, at most as many as are wanted; 0: none before <paramref name="wait"/> is over.</summary>
    public int Take(int wanted, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (!options.HaFlowControlEnable)
        {
            return wanted;
        }

        lock (_lock)
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (nowMs / 1000 != _second)
            {
                _second = nowMs / 1000;
                _left = options.MaxHaTransferByteInSecond;
            }

            var given = (int)Math.Min(wanted, _left);
            _left -= given;
            wait = TimeSpan.FromMilliseconds(1000 - nowMs % 1000);
            return given;
        }
    }

    /// <summary>Gives back what was not used.</summary>
    public void Return(int unused)
    {
        if (options.HaFlowControlEnable)
        {
            lock (_lock)
            {
                _left += unused;
            }
        }
    }
}
