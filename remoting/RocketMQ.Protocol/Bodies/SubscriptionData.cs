using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>What a consumer wants of a topic.</summary>
public sealed record SubscriptionData
{
    public string Topic { get; init; } = "";

    /// <summary><c>*</c>, tags joined by <c>||</c>, or an SQL92 expression.</summary>
    public string SubString { get; init; } = "*";

    public HashSet<string> TagsSet { get; init; } = [];

    /// <summary>Java hash codes of the tags.</summary>
    public HashSet<int> CodeSet { get; init; } = [];

    /// <summary>When the subscription was made, in ms: a later one replaces it.</summary>
    public long SubVersion { get; init; }

    /// <summary>TAG or SQL92.</summary>
    public string ExpressionType { get; init; } = "TAG";

    public bool ClassFilterMode { get; init; }

    /// <summary>Clients say they subscribe to a blank topic where a user left one out; that is a subscription to nothing.</summary>
    internal static void CheckTopic(string? topic) => NameRule.Check(NameKind.Topic, string.IsNullOrWhiteSpace(topic) ? null : topic);
}
