using System.Collections.Concurrent;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Metrics.Remoting;

/// <summary>How long requests take, from their bytes being read to their reply being written, by what was asked and answered.</summary>
internal sealed class RpcMetrics : IReplyObserver, IMetricSource
{
    /// <summary>Apache's ranges, milliseconds.</summary>
    private static readonly double[] BoundsMs = [1, 3, 5, 7, 10, 100, 1000, 2000, 3000];

    /// <summary>Stands for all codes that nobody defined: a client may send any number there is, and have any passed on.</summary>
    private const int Unnamed = -1;

    private readonly ConcurrentDictionary<Exchange, Histogram> _histograms = new();

    /// <summary>Of the requests that there are most of, by code: those that succeed at once.</summary>
    private readonly Histogram?[] _frequent = new Histogram?[512];

    public void Replied(int requestCode, int responseCode, long elapsedTicks, bool wasParked)
    {
        var isFrequent = responseCode == ResponseCode.Success && !wasParked && (uint)requestCode < (uint)_frequent.Length;
        var histogram = isFrequent ? _frequent[requestCode] : null;
        if (histogram is null)
        {
            histogram = _histograms.GetOrAdd(
                new Exchange(
                    RequestCode.IsNamed(requestCode) ? requestCode : Unnamed, ResponseCode.IsNamed(responseCode) ? responseCode : Unnamed, wasParked),
                static _ => new Histogram(BoundsMs, TimeSpan.TicksPerMillisecond));
            if (isFrequent)
            {
                _frequent[requestCode] = histogram;
            }
        }

        histogram.Record(elapsedTicks);
    }

    public void Collect(MetricSet metrics)
    {
        var latency = metrics.Histogram("rocketmq_rpc_latency", "From reading a request to writing its reply, milliseconds", "milliseconds");
        foreach (var (exchange, histogram) in _histograms)
        {
            latency.Add(
                histogram.Value,
                ("protocol_type", "remoting"),
                ("request_code", MetricLabels.Small(RequestCode.Name(exchange.RequestCode))),
                ("response_code", MetricLabels.Small(ResponseCode.Name(exchange.ResponseCode))),
                ("is_long_polling", MetricLabels.Truth(exchange.WasParked)),
                ("result", "success"));
        }
    }

    private readonly record struct Exchange(int RequestCode, int ResponseCode, bool WasParked);
}
