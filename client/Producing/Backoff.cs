namespace RocketMQ.Client.Producing;

/// <summary>
/// The pauses of one attempt to send while no broker can be reached: a tenth of a second, then twice as long each time up to a second, until
/// the attempt's time is over.
/// </summary>
internal sealed class Backoff(TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly long _started = time.GetTimestamp();
    private TimeSpan _next = Shortest;

    /// <returns>False, at once, when the time is over.</returns>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        var left = patience - time.GetElapsedTime(_started);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        await Task.Delay(left < _next ? left : _next, time, cancellationToken).ConfigureAwait(false);
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return true;
    }
}
