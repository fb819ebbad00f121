namespace RocketMQ.Broker.Metrics;

/// <summary>The metrics of one collection, in the order in which they were first named.</summary>
/// <param name="limit">Series of one metric (metricsOtelCardinalityLimit).</param>
public sealed class MetricSet(int limit)
{
    private readonly Dictionary<string, MetricFamily> _byName = new(StringComparer.Ordinal);
    private readonly List<MetricFamily> _families = [];

    public IReadOnlyList<MetricFamily> Families => _families;

    public MetricFamily? Find(string name) => _byName.GetValueOrDefault(name);

    public MetricFamily Gauge(string name, string help, string unit = "") => Family(name, MetricType.Gauge, help, unit);

    public MetricFamily Counter(string name, string help, string unit = "") => Family(name, MetricType.Counter, help, unit);

    public MetricFamily Histogram(string name, string help, string unit = "") => Family(name, MetricType.Histogram, help, unit);

    private MetricFamily Family(string name, MetricType type, string help, string unit)
    {
        if (!_byName.TryGetValue(name, out var family))
        {
            _byName[name] = family = new MetricFamily(name, type, help, unit, limit);
            _families.Add(family);
        }

        return family;
    }
}
