namespace RocketMQ.Broker.Health;

/// <summary>
/// Tells something that is behind but moves from something that is stuck, by what earlier probes saw: it needs no timer of its own, and the
/// first probe never finds anything stuck.
/// </summary>
public sealed class StallWatch(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _position = -1;
    private long _since;

    /// <summary>How long <paramref name="position"/> has stood still, as far as seen, although it is not at <paramref name="goal"/>.</summary>
    public TimeSpan Look(long position, long goal)
    {
        lock (_lock)
        {
            if (position >= goal || position != _position)
            {
                _position = position;
                _since = time.GetTimestamp();
            }

            return time.GetElapsedTime(_since);
        }
    }
}
