using RocketMQ.Broker.Topics;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// The topics that popping makes use of. What comes back goes to a retry topic per group and topic, which has two spellings:
/// <c>%RETRY%group_topic</c> (v1) and <c>%RETRY%group+topic</c> (v2). A flag of one digit says which of the three a queue is of.
/// </summary>
public static class PopTopics
{
    /// <summary>The group in whose name the revive topic is consumed.</summary>
    public const string ReviveGroup = "CID_RMQ_SYS_REVIVE_GROUP";

    /// <summary>Stands for a revive queue in what an ordered pop answers: ordered pops write no checkpoints.</summary>
    public const int OrderedReviveQueue = 999;

    public const string NormalFlag = "0";
    public const string RetryV1Flag = "1";
    public const string RetryV2Flag = "2";

    /// <summary>Where checkpoints and acknowledgements go.</summary>
    public static string Revive(string cluster) => $"rmq_sys_REVIVE_LOG_{cluster}";

    public static string RetryV1(string topic, string group) => $"{SystemTopics.RetryPrefix}{group}_{topic}";

    public static string RetryV2(string topic, string group) => $"{SystemTopics.RetryPrefix}{group}+{topic}";

    public static string FlagOf(string topic) =>
        !SystemTopics.IsRetry(topic) ? NormalFlag
        : topic.Contains('+', StringComparison.Ordinal) ? RetryV2Flag
        : RetryV1Flag;

    /// <summary>The topic a flag speaks of; <see langword="null"/> for a flag that is none.</summary>
    public static string? ByFlag(string topic, string group, string? flag) => flag switch
    {
        NormalFlag => topic,
        RetryV1Flag => RetryV1(topic, group),
        RetryV2Flag => RetryV2(topic, group),
        _ => null,
    };

    /// <summary>The topic whose messages a group's retry topic takes; a topic that is no retry topic of the group stays as it is.</summary>
    public static string OriginOf(string topic, string group)
    {
        var prefix = SystemTopics.RetryPrefix.Length + group.Length;
        return SystemTopics.IsRetry(topic)
            && topic.Length > prefix + 1
            && topic.AsSpan(SystemTopics.RetryPrefix.Length).StartsWith(group, StringComparison.Ordinal)
            && topic[prefix] is '_' or '+'
            ? topic[(prefix + 1)..]
            : topic;
    }
}
