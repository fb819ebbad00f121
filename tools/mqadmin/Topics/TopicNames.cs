namespace RocketMQ.MqAdmin.Topics;

/// <summary>Topics that brokers make for a group.</summary>
internal static class TopicNames
{
    public const string RetryPrefix = "%RETRY%";
    public const string DeadLetterPrefix = "%DLQ%";

    /// <summary>Between group and topic in the name of a retry topic that a popping group has for one topic.</summary>
    public const char PopSeparator = '+';

    public static bool BelongsToGroup(string topic) =>
        topic.StartsWith(RetryPrefix, StringComparison.Ordinal) || topic.StartsWith(DeadLetterPrefix, StringComparison.Ordinal);
}
