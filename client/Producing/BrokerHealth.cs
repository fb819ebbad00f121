using System.Collections.Concurrent;

namespace RocketMQ.Client.Producing;

/// <summary>
/// Remembers which brokers to leave alone for a while: the later the answer, the longer, by the same steps as Apache's clients. A failure
/// counts as an answer after ten seconds. Nothing is refused because of it: when all brokers are bad, all are good.
/// </summary>
internal sealed class BrokerHealth(TimeProvider time)
{
    /// <summary>From which latency on a broker is left alone, and for how long; the latest first.</summary>
    private static readonly (int LatencyMs, int PauseMs)[] Steps = [(15_000, 30_000), (5_000, 10_000), (3_000, 6_000), (1_800, 5_000), (550, 2_000)];
    private static readonly TimeSpan FailureCountsAs = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, long> _goodFrom = new(StringComparer.Ordinal);

    public bool IsGood(string brokerName) => !_goodFrom.TryGetValue(brokerName, out var from) || time.GetTimestamp() >= from;

    public void Failed(string brokerName) => Answered(brokerName, FailureCountsAs);

    public void Answered(string brokerName, TimeSpan latency)
    {
        var pauseMs = Steps.FirstOrDefault(s => latency.TotalMilliseconds >= s.LatencyMs).PauseMs;
        if (pauseMs == 0)
        {
            _goodFrom.TryRemove(brokerName, out _);
        }
        else
        {
            _goodFrom[brokerName] = time.GetTimestamp() + pauseMs * time.TimestampFrequency / 1000;
        }
    }
}
