using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Newtonsoft.Json;
using RocketMQ.Broker.Filtering.Sql;

namespace RocketMQ.Broker.Filtering;

/// <summary>
/// The text of <c>config/consumerFilter.json</c>, character for character as a Java broker (fastjson, pretty) writes
/// it: tabs, no blank behind a colon, numbers of an array on one line, fields in alphabetical order.
/// </summary>
internal static class ConsumerFilterFile
{
    /// <summary>Entries as they stand in the file.</summary>
    /// <exception cref="JsonException">The text is not such a file.</exception>
    public static List<Entry> Read(string json)
    {
        var file = JsonConvert.DeserializeObject<Document>(json) ?? throw new JsonException("The file holds no JSON object.");
        var topics = file.FilterDataByTopic?.Values ?? Enumerable.Empty<Topic?>();
        return [.. topics.SelectMany(topic => topic?.GroupFilterData?.Values ?? Enumerable.Empty<Entry?>()).OfType<Entry>()];
    }

    /// <summary>Topics and their groups are written in the order given.</summary>
    public static string Write(IEnumerable<IGrouping<string, ConsumerFilterData>> topics)
    {
        var text = new StringBuilder();
        text.Append("{\n\t\"filterDataByTopic\":");
        Members(text, 2, topics, (topic, depth) =>
        {
            Key(text, topic.Key).Append('{').Append('\n').Append('\t', depth + 1);
            Key(text, "groupFilterData");
            Members(text, depth + 2, topic, (data, at) => Write(text, at, data));
            text.Append(",\n").Append('\t', depth + 1);
            Field(text, "topic", topic.Key).Append('\n').Append('\t', depth).Append('}');
        });
        return text.Append("\n}").ToString();
    }

    /// <summary>One group's filter by itself.</summary>
    public static string Write(ConsumerFilterData data)
    {
        var text = new StringBuilder();
        WriteFields(text, 0, data);
        return text.ToString();
    }

    private static void Write(StringBuilder text, int depth, ConsumerFilterData data)
    {
        Key(text, data.ConsumerGroup);
        WriteFields(text, depth, data);
    }

    private static void WriteFields(StringBuilder text, int depth, ConsumerFilterData data)
    {
        var next = ",\n" + new string('\t', depth + 1);
        text.Append('{').Append(next, 1, next.Length - 1);
        Key(text, "bloomFilterData").Append('{').Append(next, 1, next.Length - 1).Append('\t');
        Field(text, "bitNum", data.Bloom.BitNum).Append(next).Append('\t');
        Key(text, "bitPos").Append('[').AppendJoin(',', data.Bloom.BitPos).Append(']');
        text.Append(next, 1, next.Length - 1).Append('}').Append(next);
        Field(text, "bornTime", data.BornTimeMs).Append(next);
        Field(text, "clientVersion", data.ClientVersion).Append(next);
        Field(text, "consumerGroup", data.ConsumerGroup).Append(next);
        Key(text, "dead").Append(data.IsDead ? "true" : "false").Append(next);
        Field(text, "deadTime", data.DeadTimeMs).Append(next);
        Field(text, "expression", data.Expression).Append(next);
        Field(text, "expressionType", data.ExpressionType).Append(next);
        Field(text, "topic", data.Topic).Append('\n').Append('\t', depth).Append('}');
    }

    private static void Members<T>(StringBuilder text, int depth, IEnumerable<T> members, Action<T, int> write)
    {
        text.Append('{');
        var any = false;
        foreach (var member in members)
        {
            text.Append(any ? "," : "").Append('\n').Append('\t', depth);
            write(member, depth);
            any = true;
        }
        if (any)
            text.Append('\n').Append('\t', depth - 1);
        text.Append('}');
    }

    private static StringBuilder Key(StringBuilder text, string name) => text.Append(JsonConvert.ToString(name)).Append(':');

    private static StringBuilder Field(StringBuilder text, string name, string value) =>
        Key(text, name).Append(JsonConvert.ToString(value));

    private static StringBuilder Field(StringBuilder text, string name, long value) =>
        Key(text, name).Append(value.ToString(CultureInfo.InvariantCulture));

    private sealed record Document(Dictionary<string, Topic?>? FilterDataByTopic);

    private sealed record Topic(Dictionary<string, Entry?>? GroupFilterData);

    /// <summary>One group on one topic; any field may be missing.</summary>
    internal sealed record Entry(
        string? ConsumerGroup,
        string? Topic,
        string? Expression,
        string? ExpressionType,
        long BornTime,
        long DeadTime,
        long ClientVersion,
        Bloom? BloomFilterData)
    {
        public bool TryCompile(
            long deadTimeMs,
            [NotNullWhen(true)] out ConsumerFilterData? data,
            [NotNullWhen(false)] out string? reason)
        {
            data = null;
            reason = "a field is missing";
            if (ConsumerGroup is null || Topic is null || Expression is null || BloomFilterData?.Data is not { } bloom)
                return false;
            reason = $"expression type '{ExpressionType}' is not supported";
            if (ExpressionType != MessageFilters.Sql92 || !SqlFilter.TryCompile(Expression, out var filter, out reason))
                return false;
            data = new ConsumerFilterData
            {
                ConsumerGroup = ConsumerGroup,
                Topic = Topic,
                Expression = Expression,
                ExpressionType = ExpressionType,
                Filter = filter,
                BornTimeMs = BornTime,
                DeadTimeMs = deadTimeMs,
                ClientVersion = ClientVersion,
                Bloom = bloom,
            };
            return true;
        }
    }

    internal sealed record Bloom(int BitNum, int[]? BitPos)
    {
        public BloomFilterData? Data => BitPos is null ? null : new BloomFilterData(BitNum, BitPos);
    }
}
