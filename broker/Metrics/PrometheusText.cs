using System.Globalization;
using System.Text;

namespace RocketMQ.Broker.Metrics;

/// <summary>Writes metrics in Prometheus' text format, version 0.0.4.</summary>
public static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <param name="metrics">What was collected.</param>
    /// <param name="common">Labels of every series.</param>
    /// <param name="unitSuffix">Whether a metric's unit ends its name, as the exporter in Apache 5.1 and later does it.</param>
    public static string Write(MetricSet metrics, IReadOnlyList<KeyValuePair<string, string>> common, bool unitSuffix = false)
    {
        var text = new StringBuilder(64 * 1024);
        foreach (var family in metrics.Families.Where(f => f.Samples.Count > 0))
        {
            var name = NameOf(family, unitSuffix);
            text.Append("# HELP ").Append(name).Append(' ').Append(Escape(family.Help, isLabel: false)).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(TypeOf(family.Type)).Append('\n');
            foreach (var sample in family.Samples)
            {
                if (sample.Histogram is { } histogram)
                {
                    Append(text, name, common, sample.Labels, histogram);
                }
                else
                {
                    Append(text, name, common, sample.Labels, sample.Value);
                }
            }
        }

        return text.ToString();
    }

    /// <summary>Each bound of a histogram, and how many values are not above it.</summary>
    public static IEnumerable<(string Bound, long Count)> Cumulative(HistogramValue value)
    {
        long count = 0;
        for (var i = 0; i < value.Counts.Count; i++)
        {
            count += value.Counts[i];
            yield return (i < value.Bounds.Count ? Number(value.Bounds[i]) : "+Inf", count);
        }
    }

    private static string NameOf(MetricFamily family, bool unitSuffix) =>
        !unitSuffix || family.Unit.Length == 0 || family.Name.EndsWith("_" + family.Unit, StringComparison.Ordinal)
            ? family.Name
            : family.Name + "_" + family.Unit;

    private static string TypeOf(MetricType type) => type switch
    {
        MetricType.Counter => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    private static void Append(
        StringBuilder text, string name, IReadOnlyList<KeyValuePair<string, string>> common, KeyValuePair<string, string>[] labels, HistogramValue value)
    {
        foreach (var (bound, upTo) in Cumulative(value))
        {
            Append(text, name + "_bucket", common, [.. labels, KeyValuePair.Create("le", bound)], upTo);
        }

        Append(text, name + "_sum", common, labels, value.Sum);
        Append(text, name + "_count", common, labels, value.Count);
    }

    private static void Append(
        StringBuilder text, string name, IReadOnlyList<KeyValuePair<string, string>> common, KeyValuePair<string, string>[] labels, double value)
    {
        text.Append(name).Append('{');
        var first = true;
        foreach (var (label, content) in common.Concat(labels))
        {
            text.Append(first ? "" : ",").Append(label).Append("=\"").Append(Escape(content, isLabel: true)).Append('"');
            first = false;
        }

        text.Append("} ").Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text, bool isLabel)
    {
        if (text.AsSpan().IndexOfAny('\\', '\n', '"') < 0)
        {
            return text;
        }

        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
