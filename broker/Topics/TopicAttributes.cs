using RocketMQ.Protocol.Bodies;
using RocketMQ.Store;

namespace RocketMQ.Broker.Topics;

/// <summary>
/// The attributes of a 5.x topic: <c>message.type</c>, <c>queue.type</c>, <c>cleanup.policy</c>, <c>reserve.time</c>. They are changed by
/// a list such as <c>+message.type=FIFO,-cleanup.policy</c>. The broker keeps them for clients; like Apache's it takes a message of any
/// type, whatever <c>message.type</c> says.
/// </summary>
public static class TopicAttributes
{
    public const string MessageType = "message.type";
    public const string QueueType = "queue.type";
    public const string CleanupPolicy = "cleanup.policy";
    public const string ReserveTime = "reserve.time";

    /// <summary>Of a number, which is kept as it was written.</summary>
    private const int MaxDigits = 20;

    /// <summary>The values an attribute may have (none: any number), and whether a topic that exists may change it.</summary>
    private static readonly Dictionary<string, (string[] Values, bool Changeable)> Known = new(StringComparer.Ordinal)
    {
        [MessageType] = (["UNSPECIFIED", "NORMAL", "FIFO", "DELAY", "TRANSACTION", "MIXED"], true),
        [QueueType] = (Enum.GetNames<Store.QueueType>(), false),
        [CleanupPolicy] = (["DELETE", "COMPACTION"], false),
        [ReserveTime] = ([], true),
    };

    /// <summary>How a topic's queues are kept.</summary>
    public static QueueType QueueTypeOf(TopicConfig topic) =>
        topic.Attributes.GetValueOrDefault(QueueType) == nameof(Store.QueueType.BatchCQ) ? Store.QueueType.BatchCQ : Store.QueueType.SimpleCQ;

    /// <param name="current">What the topic has; null when it is to be made.</param>
    /// <param name="changes">The list of changes; null or empty changes nothing.</param>
    /// <param name="result">What it then has.</param>
    /// <returns><see langword="null"/>, or what is wrong with the list.</returns>
    public static string? Change(Dictionary<string, string>? current, string? changes, out Dictionary<string, string> result)
    {
        result = new Dictionary<string, string>(current ?? []);
        foreach (var change in (changes ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (ChangeOne(isNew: current is null, change, result) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    /// <summary>Changes given as a map from signed name to value, written as a list.</summary>
    public static string ListOf(Dictionary<string, string> changes) =>
        string.Join(',', changes.Select(change => change.Value.Length == 0 ? change.Key : $"{change.Key}={change.Value}"));

    private static string? ChangeOne(bool isNew, string change, Dictionary<string, string> result)
    {
        var (sign, rest) = (change[0], change[1..]);
        if (sign is not ('+' or '-'))
        {
            return $"attribute change '{change}' begins with neither + (set) nor - (remove)";
        }

        var name = rest.Split('=', 2)[0];
        if (!Known.TryGetValue(name, out var rule))
        {
            return $"attribute {name} is not supported; known are {string.Join(", ", Known.Keys)}";
        }

        if (!rule.Changeable && !isNew)
        {
            return $"attempt to change attribute {name}, which is fixed when the topic is made";
        }

        if (sign == '-')
        {
            result.Remove(name);
            return null;
        }

        var value = rest.Contains('=', StringComparison.Ordinal) ? rest.Split('=', 2)[1] : "";
        if (rule.Values.Length == 0 ? value.Length > MaxDigits || !long.TryParse(value, out _) : !rule.Values.Contains(value, StringComparer.Ordinal))
        {
            return $"attribute {name} can't be '{value}'; allowed: {(rule.Values.Length == 0 ? "a number" : string.Join(", ", rule.Values))}";
        }

        result[name] = value;
        return null;
    }
}
