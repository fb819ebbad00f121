using RocketMQ.Broker.Configuration;

namespace RocketMQ.Broker.Metrics;

/// <summary>All that the broker can tell in figures, and the labels that each of its series carries.</summary>
public sealed class MetricCatalog
{
    /// <summary>How old figures may be to be told again: an exporter asks for each metric by itself.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<IMetricSource> _sources;
    private readonly TimeProvider _time;
    private readonly int _limit;
    private readonly Lock _lock = new();
    private MetricSet? _last;
    private long _lastAt;

    public MetricCatalog(BrokerOptions options, IReadOnlyList<IMetricSource> sources, TimeProvider time)
    {
        _sources = sources;
        _time = time;
        _limit = options.MetricsOtelCardinalityLimit;
        Labels = LabelsOf(options);
    }

    /// <summary>Labels of every series: cluster, node_type, node_id, and those of metricsLabel.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; }

    /// <summary>Computes everything now. May touch files: never on a loop thread.</summary>
    public MetricSet Collect()
    {
        var metrics = new MetricSet(_limit);
        foreach (var source in _sources)
        {
            source.Collect(metrics);
        }

        var dropped = metrics.Gauge("rocketmq_metrics_dropped_series", "Series that metricsOtelCardinalityLimit leaves out, by metric");
        foreach (var family in metrics.Families.Where(f => f.Dropped > 0).ToList())
        {
            dropped.Add(family.Dropped, ("metric", family.Name));
        }

        return metrics;
    }

    /// <summary>What was collected within the last second, or all anew.</summary>
    public MetricSet Recent()
    {
        lock (_lock)
        {
            if (_last is null || _time.GetElapsedTime(_lastAt) > Fresh)
            {
                _last = Collect();
                _lastAt = _time.GetTimestamp();
            }

            return _last;
        }
    }

    /// <summary>Apache's form of metricsLabel: <c>name:value,name:value</c>; what has another form is passed over.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Pairs(string text) =>
    [
        .. text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split(':'))
            .Where(pair => pair.Length == 2)
            .Select(pair => KeyValuePair.Create(pair[0].Trim(), pair[1].Trim())),
    ];

    private static List<KeyValuePair<string, string>> LabelsOf(BrokerOptions options)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Pairs(options.MetricsLabel))
        {
            labels[name] = value;
        }

        if (options.MetricsInDelta)
        {
            labels["aggregation"] = "delta";
        }

        labels["cluster"] = options.BrokerClusterName;
        labels["node_id"] = options.BrokerName;
        labels["node_type"] = "broker";
        return [.. labels];
    }
}
