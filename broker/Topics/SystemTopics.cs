using RocketMQ.Protocol.Names;

namespace RocketMQ.Broker.Topics;

/// <summary>Names that RocketMQ keeps for itself, and what a topic's or group's name may look like.</summary>
public static class SystemTopics
{
    /// <summary>The topic that automatically created topics are modelled on.</summary>
    public const string AutoCreate = "TBW102";
    public const string SelfTest = "SELF_TEST_TOPIC";
    public const string Benchmark = "BenchmarkTest";
    public const string OffsetMoved = "OFFSET_MOVED_EVENT";
    public const string Schedule = ReservedTopics.Schedule;
    public const string TransactionHalf = ReservedTopics.TransactionHalf;
    public const string TransactionOp = "RMQ_SYS_TRANS_OP_HALF_TOPIC";
    public const string TransactionDiscard = ReservedTopics.TransactionDiscard;
    public const string Timer = ReservedTopics.Timer;
    public const string Trace = "RMQ_SYS_TRACE_TOPIC";
    public const string RocksDbOffsets = "CHECKPOINT_TOPIC";
    public const string Prefix = ReservedTopics.SystemPrefix;
    public const string ReviveLogPrefix = "rmq_sys_REVIVE_LOG_";
    public const string RetryPrefix = TopicName.RetryPrefix;
    public const string DeadLetterPrefix = TopicName.DeadLetterPrefix;
    public const string LmqPrefix = ReservedTopics.LightPrefix;

    /// <summary>Longest topic a client may name, in characters.</summary>
    public const int MaxTopicLength = TopicName.MaxCreatableLength;

    /// <summary>Longest retry or dead-letter topic and group, in characters.</summary>
    public const int MaxGroupLength = GroupName.MaxCreatableLength;

    private static readonly HashSet<string> NotWritable = new(StringComparer.Ordinal)
    {
        Schedule, TransactionHalf, TransactionOp, TransactionDiscard, SelfTest, OffsetMoved,
    };

    private static readonly HashSet<string> System = new(StringComparer.Ordinal)
    {
        AutoCreate, Schedule, Benchmark, TransactionHalf, Trace, TransactionOp, TransactionDiscard, SelfTest, OffsetMoved,
        RocksDbOffsets,
    };

    private static readonly HashSet<string> Groups = new(StringComparer.Ordinal)
    {
        "TOOLS_CONSUMER", "FILTERSRV_CONSUMER", "SELF_TEST_C_GROUP", "CID_ONS-HTTP-PROXY", "CID_ONSAPI_PULL",
        "CID_ONSAPI_PERMISSION", "CID_ONSAPI_OWNER", "CID_RMQ_SYS_TRANS",
    };

    /// <summary>The names every broker has; see <see cref="TopicTable.SystemTopicNames"/> for one broker's.</summary>
    public static IReadOnlyCollection<string> Names => System;

    public static bool IsSystem(string topic) => System.Contains(topic) || topic.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>
    /// Topics that clients may not send to: a record there is the broker's own word about a message of another topic. Apache lets clients write timers
    /// and pops' checkpoints, and with them to topics and groups that are not theirs.
    /// </summary>
    public static bool RefusesClientSends(string topic) =>
        NotWritable.Contains(topic) || topic == Timer || topic.StartsWith(ReviveLogPrefix, StringComparison.Ordinal);

    public static bool IsSystemGroup(string group) => Groups.Contains(group) || group.StartsWith("CID_RMQ_SYS_", StringComparison.Ordinal);

    public static IReadOnlyCollection<string> SystemGroups => Groups;

    public static string RetryOf(string group) => RetryPrefix + group;

    public static string DeadLetterOf(string group) => DeadLetterPrefix + group;

    public static bool IsRetry(string topic) => topic.StartsWith(RetryPrefix, StringComparison.Ordinal);

    public static bool IsDeadLetter(string topic) => topic.StartsWith(DeadLetterPrefix, StringComparison.Ordinal);

    public static bool IsLmq(string topic) => topic.StartsWith(LmqPrefix, StringComparison.Ordinal);

    /// <returns><see langword="null"/>, or what is wrong with a topic name that a client gave.</returns>
    public static string? Validate(string topic) => TopicName.WhyNotCreatable(topic);

    /// <returns><see langword="null"/>, or what is wrong with a group name.</returns>
    public static string? ValidateGroup(string group) => GroupName.WhyNotCreatable(group);
}
