using System.Collections.Concurrent;

namespace RocketMQ.Client.Producing;

/// <summary>
/// Remembers which brokers to leave alone for a while. A failure counts for 30 s; a late answer for as long as its lateness deserves.
/// Nothing is refused because of it: when all brokers are bad, all are good.
/// </summary>
internal sealed class BrokerHealth(TimeProvider time)
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(500);
    private const int LatenessFactor = 10;

    private readonly ConcurrentDictionary<string, long> _avoidUntil = new(StringComparer.Ordinal);

    public bool IsGood(string brokerName) =>
        !_avoidUntil.TryGetValue(brokerName, out var until) || time.GetTimestamp() >= until;

    public void Failed(string brokerName) => Avoid(brokerName, AfterFailure);

    public void Answered(string brokerName, TimeSpan latency)
    {
        if (latency < Late)
        {
            _avoidUntil.TryRemove(brokerName, out _);
        }
        else
        {
            Avoid(brokerName, TimeSpan.FromTicks(Math.Min(latency.Ticks * LatenessFactor, AfterFailure.Ticks)));
        }
    }

    private void Avoid(string brokerName, TimeSpan duration) =>
        _avoidUntil[brokerName] = time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency);
}
