using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client;

/// <summary>Which messages of a topic a consumer wants.</summary>
public sealed record FilterExpression
{
    private const string TagType = "TAG";
    internal const string SqlType = "SQL92";
    private const string Any = "*";
    private static readonly string[] TagSeparator = ["||"];

    private FilterExpression(string type, string text)
    {
        Type = type;
        Text = text;
    }

    /// <summary>Every message.</summary>
    public static FilterExpression All { get; } = new(TagType, Any);

    /// <summary><c>TAG</c> or <c>SQL92</c>.</summary>
    public string Type { get; }

    public string Text { get; }

    /// <summary>Messages that have one of these tags. A text of several, joined by <c>||</c>, does as well.</summary>
    public static FilterExpression Tags(params string[] tags)
    {
        var all = tags.SelectMany(t => t.Split(TagSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        return all.Count == 0 || all.Contains(Any) ? All : new FilterExpression(TagType, string.Join(" || ", all));
    }

    /// <summary>Messages whose properties satisfy an SQL92 condition, such as <c>price &gt; 10 AND region IN ('eu', 'us')</c>.
    /// Brokers need <c>enablePropertyFilter=true</c>.</summary>
    public static FilterExpression Sql(string condition)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(condition);
        return new FilterExpression(SqlType, condition);
    }

    /// <param name="version">Grows with every change of the subscription.</param>
    internal SubscriptionData ToSubscription(string topic, long version)
    {
        var tags = Type == TagType && Text != Any ? Text.Split(TagSeparator, StringSplitOptions.TrimEntries) : [];
        return new SubscriptionData
        {
            Topic = topic,
            SubString = Text,
            ExpressionType = Type,
            SubVersion = version,
            TagsSet = [.. tags],
            CodeSet = [.. tags.Select(t => JavaHash.Of(t)).Distinct()],
        };
    }

    /// <summary>Brokers compare hashes of tags; two tags may share one.</summary>
    internal static bool Matches(SubscriptionData subscription, ReceivedMessage message) =>
        subscription.TagsSet.Count == 0 || (message.Tag is { } tag && subscription.TagsSet.Contains(tag));
}
