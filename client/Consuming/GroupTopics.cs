namespace RocketMQ.Client.Consuming;

/// <summary>Topics that belong to a consumer group.</summary>
internal static class GroupTopics
{
    public const string RetryPrefix = "%RETRY%";

    public static string Retry(string group) => RetryPrefix + group;
}
