using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>PULL_MESSAGE (11) and LITE_PULL_MESSAGE (361): messages of one queue from an offset on.</summary>
public sealed class PullMessageRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string Topic = "";
    public int QueueId;
    public long QueueOffset;
    public int MaxMsgNums;

    /// <summary>Bits: 1 commit <see cref="CommitOffset"/>, 2 wait for a message, 4 a subscription is given, 8 class filter, 16 lite pull.</summary>
    public int SysFlag;

    public long CommitOffset;

    /// <summary>How long the broker may wait for a message, in ms.</summary>
    public long SuspendTimeoutMillis;

    public string? Subscription;
    public long SubVersion;

    /// <summary>TAG (when absent) or SQL92.</summary>
    public string? ExpressionType;

    public int? MaxMsgBytes;
    public int? RequestSource;
    public string? ProxyForwardClientId;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("consumerGroup"u8, ref ConsumerGroup);
        fields.Required("topic"u8, ref Topic);
        fields.Required("queueId"u8, ref QueueId);
        fields.Required("queueOffset"u8, ref QueueOffset);
        fields.Required("maxMsgNums"u8, ref MaxMsgNums);
        fields.Required("sysFlag"u8, ref SysFlag);
        fields.Expected("commitOffset"u8, ref CommitOffset);
        fields.Expected("suspendTimeoutMillis"u8, ref SuspendTimeoutMillis);
        fields.Optional("subscription"u8, ref Subscription);
        fields.Expected("subVersion"u8, ref SubVersion);
        fields.Optional("expressionType"u8, ref ExpressionType);
        fields.Optional("maxMsgBytes"u8, ref MaxMsgBytes);
        fields.Optional("requestSource"u8, ref RequestSource);
        fields.Optional("proxyFrowardClientId"u8, ref ProxyForwardClientId);
        fields.Optional("bname"u8, ref BrokerName);
    }
}

/// <summary>Reply to a <see cref="PullMessageRequestHeader"/> that was not refused: codes 0, 19, 20 and 21; the body of code 0 is concatenated records.</summary>
public sealed class PullMessageResponseHeader : ICommandHeader
{
    /// <summary>0 for the master, the id of a slave when the master would have to read from disk.</summary>
    public long SuggestWhichBrokerId;

    public long NextBeginOffset;
    public long MinOffset;
    public long MaxOffset;
    public long? OffsetDelta;
    public int? TopicSysFlag;
    public int? GroupSysFlag;
    public int? ForbiddenType;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("suggestWhichBrokerId"u8, ref SuggestWhichBrokerId);
        fields.Required("nextBeginOffset"u8, ref NextBeginOffset);
        fields.Required("minOffset"u8, ref MinOffset);
        fields.Required("maxOffset"u8, ref MaxOffset);
        fields.Optional("offsetDelta"u8, ref OffsetDelta);
        fields.Optional("topicSysFlag"u8, ref TopicSysFlag);
        fields.Optional("groupSysFlag"u8, ref GroupSysFlag);
        fields.Optional("forbiddenType"u8, ref ForbiddenType);
    }
}

/// <summary>Reply to a <see cref="PullMessageRequestHeader"/> that was refused: it names no offsets.</summary>
public sealed class PullMessageRefusedHeader : ICommandHeader
{
    /// <summary>With code 16, who forbids it: 1 the broker, 2 the group, 3 the topic, 4 broadcasting, 5 the group's subscription.</summary>
    public int? ForbiddenType;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("forbiddenType"u8, ref ForbiddenType);
}
