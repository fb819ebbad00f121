using System.Text;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Store;

/// <summary>The topics that a store keeps in a way of their own. What they are called is the broker's affair.</summary>
public sealed record StoreTopics
{
    /// <summary>As brokers of Apache's name them, and so their stores have them.</summary>
    public static StoreTopics Apache { get; } = new()
    {
        Schedule = ReservedTopics.Schedule,
        TransactionHalf = ReservedTopics.TransactionHalf,
        TransactionDiscard = ReservedTopics.TransactionDiscard,
        RetryPrefix = TopicName.RetryPrefix,
        SystemPrefix = ReservedTopics.SystemPrefix,
        LightPrefix = ReservedTopics.LightPrefix,
    };

    /// <summary>Where messages with a delay level wait: their tags code is the time they are due.</summary>
    public required string Schedule { get; init; }

    /// <summary>Where messages wait for the end of their transaction, and those that were given up lie: they are listed in light queues when they leave it.</summary>
    public required string TransactionHalf { get; init; }

    public required string TransactionDiscard { get; init; }

    /// <summary>Topics that begin so may have names of up to 255 bytes, and are in no light queues.</summary>
    public required string RetryPrefix { get; init; }

    /// <summary>The broker's own topics, whose messages are in no light queues.</summary>
    public required string SystemPrefix { get; init; }

    /// <summary>Topics that begin so are light queues.</summary>
    public required string LightPrefix
    {
        get;
        init
        {
            field = value;
            LightPrefixUtf8 = Encoding.UTF8.GetBytes(value);
        }
    }

    internal byte[] LightPrefixUtf8 { get; private init; } = [];

    internal bool IsLight(string topic) => topic.StartsWith(LightPrefix, StringComparison.Ordinal);

    internal bool IsRetry(string topic) => topic.StartsWith(RetryPrefix, StringComparison.Ordinal);

    /// <summary>Whether messages of a topic may name light queues at all.</summary>
    internal bool MayNameLight(string topic) =>
        !IsRetry(topic) && !topic.StartsWith(SystemPrefix, StringComparison.Ordinal) && topic != Schedule;
}
