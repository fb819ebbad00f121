using System.Diagnostics.CodeAnalysis;

namespace RocketMQ.Broker.Metrics;

/// <summary>Values of labels as Apache writes them.</summary>
internal static class MetricLabels
{
    public static string Truth(bool value) => value ? "true" : "false";

    [SuppressMessage("Globalization", "CA1308", Justification = "Apache's labels are in small letters.")]
    public static string Small(string text) => text.ToLowerInvariant();
}
