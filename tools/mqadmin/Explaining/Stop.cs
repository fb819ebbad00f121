using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;

namespace RocketMQ.MqAdmin.Explaining;

/// <summary>A record of the message at one station of its way.</summary>
/// <param name="Broker">The broker's name.</param>
/// <param name="Record">As it was stored.</param>
internal sealed record Stop(string Broker, StoredMessage Record)
{
    public const string DelayTopic = ReservedTopics.Schedule;
    public const string TimerTopic = ReservedTopics.Timer;
    public const string HalfTopic = ReservedTopics.TransactionHalf;
    public const string GivenUpTopic = ReservedTopics.TransactionDiscard;
    public const string RetryPrefix = TopicName.RetryPrefix;
    public const string DeadLetterPrefix = TopicName.DeadLetterPrefix;

    public Station Station => Record.Topic switch
    {
        DelayTopic => Station.Delay,
        TimerTopic => Station.Timer,
        HalfTopic => Station.Half,
        GivenUpTopic => Station.GivenUp,
        _ when Record.Topic.StartsWith(RetryPrefix, StringComparison.Ordinal) => Station.Retry,
        _ when Record.Topic.StartsWith(DeadLetterPrefix, StringComparison.Ordinal) => Station.DeadLetter,
        _ => Station.Topic,
    };

    /// <summary>The topic it is in, or is held back for.</summary>
    public string Destination =>
        Station is Station.Delay or Station.Timer or Station.Half or Station.GivenUp ? Property(PropertyNames.RealTopic) ?? Record.Topic : Record.Topic;

    /// <summary>The topic the producer sent to.</summary>
    public string OriginalTopic => Property(PropertyNames.RetryTopic) ?? Property(PropertyNames.DlqOriginTopic) ?? Destination;

    /// <summary>Not the message, but its producer's wish to take it back.</summary>
    public bool IsRecall => Station == Station.Timer && Property(PropertyNames.TimerDeleteUniqueKey) is not null;

    public DateTimeOffset StoredAt => DateTimeOffset.FromUnixTimeMilliseconds(Record.StoreTimestamp);

    public MessageQueue Queue => new(Record.Topic, Broker, Record.QueueId);

    /// <summary>When a timer is due; null for other records.</summary>
    public DateTimeOffset? TimerDueAt => Number(PropertyNames.TimerOutMs) is { } dueMs ? DateTimeOffset.FromUnixTimeMilliseconds(dueMs) : null;

    /// <summary>How often the producer was asked about this half message.</summary>
    public long Checks => Number(PropertyNames.TransactionCheckTimes) ?? 0;

    public string? Property(string name) => Record.Properties.GetValueOrDefault(name);

    /// <summary>Whether a topic is where a group's retries of another topic go: its own form, or one of pop consumption's.</summary>
    public static bool IsRetryOf(string retryTopic, string group, string topic) =>
        retryTopic == RetryPrefix + group || RetriesOf(group, topic).Contains(retryTopic);

    public static IReadOnlyList<string> RetriesOf(string group, string topic) =>
        [RetryPrefix + group, $"{RetryPrefix}{group}_{topic}", $"{RetryPrefix}{group}+{topic}"];

    private long? Number(string name) =>
        long.TryParse(Property(name), System.Globalization.NumberStyles.Integer, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
