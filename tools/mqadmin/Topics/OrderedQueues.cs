namespace RocketMQ.MqAdmin.Topics;

/// <summary>How many queues of an ordered topic each broker has, as name servers keep it: <c>broker-a:8;broker-b:8</c>.</summary>
internal static class OrderedQueues
{
    public const string Namespace = "ORDER_TOPIC_CONFIG";

    public static SortedDictionary<string, string> Parse(string? value)
    {
        var queues = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in (value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            queues[colon < 0 ? part : part[..colon]] = colon < 0 ? "" : part[(colon + 1)..];
        }

        return queues;
    }

    public static string Format(SortedDictionary<string, string> queues) => string.Join(';', queues.Select(q => $"{q.Key}:{q.Value}"));
}
