namespace RocketMQ.Protocol.Names;

/// <summary>Topics and prefixes that mean something to brokers, stores and tools alike.</summary>
public static class ReservedTopics
{
    /// <summary>Where messages with a delay level wait, a queue for each level.</summary>
    public const string Schedule = "SCHEDULE_TOPIC_XXXX";

    /// <summary>Whose queue 0 holds the messages that wait for a time.</summary>
    public const string Timer = "rmq_sys_wheel_timer";

    /// <summary>Messages of transactions that have not ended.</summary>
    public const string TransactionHalf = "RMQ_SYS_TRANS_HALF_TOPIC";

    /// <summary>Messages of transactions that were given up.</summary>
    public const string TransactionDiscard = "TRANS_CHECK_MAX_TIME_TOPIC";

    /// <summary>What a broker's own topics begin with.</summary>
    public const string SystemPrefix = "rmq_sys_";

    /// <summary>What the topics of light queues begin with.</summary>
    public const string LightPrefix = "%LMQ%";
}
