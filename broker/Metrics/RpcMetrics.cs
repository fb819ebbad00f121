using System.Collections.Concurrent;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Metrics;

/// <summary>How long requests take, from their bytes being read to their reply being written, by what was asked and answered.</summary>
internal sealed class RpcMetrics : IReplyObserver, IMetricSource
{
    /// <summary>Apache's ranges, milliseconds.</summary>
    private static readonly double[] BoundsMs = [1, 3, 5, 7, 10, 100, 1000, 2000, 3000];

    private readonly ConcurrentDictionary<int, Histogram> _histograms = new();

    public void Replied(int requestCode, int responseCode, long elapsedTicks, bool wasParked)
    {
        // Both codes and the bit in one key: codes of the protocol are below 2^15.
        var key = (requestCode & 0x7FFF) << 16 | (responseCode & 0x7FFF) << 1 | (wasParked ? 1 : 0);
        if (!_histograms.TryGetValue(key, out var histogram))
        {
            histogram = _histograms.GetOrAdd(key, static _ => new Histogram(BoundsMs, TimeSpan.TicksPerMillisecond));
        }

        histogram.Record(elapsedTicks);
    }

    public void Collect(MetricSet metrics)
    {
        var latency = metrics.Histogram("rocketmq_rpc_latency", "From reading a request to writing its reply, milliseconds", "milliseconds");
        foreach (var (key, histogram) in _histograms)
        {
            latency.Add(
                histogram.Value,
                ("protocol_type", "remoting"),
                ("request_code", MetricLabels.Small(RequestCode.Name(key >> 16))),
                ("response_code", MetricLabels.Small(ResponseCode.Name((key >> 1) & 0x7FFF))),
                ("is_long_polling", MetricLabels.Truth((key & 1) != 0)),
                ("result", "success"));
        }
    }
}
