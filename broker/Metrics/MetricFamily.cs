namespace RocketMQ.Broker.Metrics;

/// <summary>A metric as it was collected: its name and meaning, and its series.</summary>
/// <param name="name">As Apache's broker names it.</param>
/// <param name="type">What the numbers mean.</param>
/// <param name="help">One line for people.</param>
/// <param name="unit">Of the numbers, as Apache spells it; empty for counts of things.</param>
/// <param name="limit">Series held; what comes after them is only counted.</param>
public sealed class MetricFamily(string name, MetricType type, string help, string unit, int limit)
{
    private readonly List<MetricSample> _samples = [];

    public string Name { get; } = name;

    public MetricType Type { get; } = type;

    public string Help { get; } = help;

    public string Unit { get; } = unit;

    public IReadOnlyList<MetricSample> Samples => _samples;

    /// <summary>Series that the limit left out.</summary>
    public long Dropped { get; private set; }

    public void Add(double value, params (string Name, string Value)[] labels) => Add(value, null, labels);

    public void Add(HistogramValue value, params (string Name, string Value)[] labels) => Add(0, value, labels);

    private void Add(double value, HistogramValue? histogram, (string Name, string Value)[] labels)
    {
        if (_samples.Count >= limit)
        {
            Dropped++;
            return;
        }

        _samples.Add(new MetricSample(Array.ConvertAll(labels, l => KeyValuePair.Create(l.Name, l.Value)), value, histogram));
    }
}
