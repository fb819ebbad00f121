using System.Globalization;

namespace RocketMQ.Client.Popping;

/// <summary>
/// What a popped message is acknowledged by, property POP_CK: <c>checkPointOffset popTime invisibleTime reviveQueueId retryFlag brokerName
/// queueId queueOffset</c>, separated by spaces.
/// </summary>
/// <param name="CheckPointOffset">First offset of the pop in the queue.</param>
/// <param name="PopTime">In ms since 1970.</param>
/// <param name="InvisibleTime">In ms.</param>
/// <param name="RetryFlag">0: the topic itself, 1 and 2: its retry topic, named in the old and the new way.</param>
internal sealed record PopHandle(
    long CheckPointOffset, long PopTime, long InvisibleTime, int ReviveQueueId, string RetryFlag, string BrokerName, int QueueId, long QueueOffset)
{
    private const string RetryPrefix = "%RETRY%";

    /// <exception cref="FormatException">It is no such text.</exception>
    public static PopHandle Parse(string text)
    {
        var parts = text.Split(' ');
        return parts.Length >= 8
            ? new PopHandle(Long(parts[0]), Long(parts[1]), Long(parts[2]), (int)Long(parts[3]), parts[4], parts[5], (int)Long(parts[6]), Long(parts[7]))
            : throw new FormatException($"'{text}' is no pop handle: it has {parts.Length} of 8 parts.");
    }

    /// <summary>0, 1 or 2 for the topic of a record.</summary>
    public static string RetryFlagOf(string recordTopic) =>
        !recordTopic.StartsWith(RetryPrefix, StringComparison.Ordinal) ? "0" : recordTopic.Contains('+', StringComparison.Ordinal) ? "2" : "1";

    /// <summary>The topic the message lies in.</summary>
    public string RealTopic(string topic, string group) => RetryFlag switch
    {
        "1" => $"{RetryPrefix}{group}_{topic}",
        "2" => $"{RetryPrefix}{group}+{topic}",
        _ => topic,
    };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{CheckPointOffset} {PopTime} {InvisibleTime} {ReviveQueueId} {RetryFlag} {BrokerName} {QueueId} {QueueOffset}");

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
