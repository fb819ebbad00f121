using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>POP_MESSAGE (200050): messages of a topic, hidden from others for a time.</summary>
public sealed class PopMessageRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string Topic = "";

    /// <summary>-1 for any.</summary>
    public int QueueId;

    public int MaxMsgNums;

    /// <summary>In ms.</summary>
    public long InvisibleTime;

    /// <summary>How long the broker may wait for a message, in ms.</summary>
    public long PollTime;

    public long BornTime;

    /// <summary>Where an unknown group begins: 0 at the first message, 1 at the end.</summary>
    public int InitMode;

    public string? ExpType;
    public string? Exp;
    public bool? Order;
    public string? AttemptId;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Expected("queueId"u8, ref QueueId);
        fields.Expected("maxMsgNums"u8, ref MaxMsgNums);
        fields.Expected("invisibleTime"u8, ref InvisibleTime);
        fields.Expected("pollTime"u8, ref PollTime);
        fields.Expected("bornTime"u8, ref BornTime);
        fields.Expected("initMode"u8, ref InitMode);
        fields.Optional("expType"u8, ref ExpType);
        fields.Optional("exp"u8, ref Exp);
        fields.Optional("order"u8, ref Order);
        fields.Optional("attemptId"u8, NameKind.Attempt, ref AttemptId);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}

/// <summary>Reply to <see cref="PopMessageRequestHeader"/> and <see cref="PeekMessageRequestHeader"/>; the body is concatenated records.</summary>
public sealed class PopMessageResponseHeader : ICommandHeader
{
    public long PopTime;
    public long InvisibleTime;
    public int ReviveQid;
    public long RestNum;

    /// <summary>Per queue, <c>retryFlag queueId offset</c> joined by <c>;</c>.</summary>
    public string? StartOffsetInfo;

    /// <summary>Per queue, <c>retryFlag queueId offset,offset</c> joined by <c>;</c>.</summary>
    public string? MsgOffsetInfo;

    public string? OrderCountInfo;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("popTime"u8, ref PopTime);
        fields.Required("invisibleTime"u8, ref InvisibleTime);
        fields.Required("reviveQid"u8, ref ReviveQid);
        fields.Required("restNum"u8, ref RestNum);
        fields.Optional("startOffsetInfo"u8, ref StartOffsetInfo);
        fields.Optional("msgOffsetInfo"u8, ref MsgOffsetInfo);
        fields.Optional("orderCountInfo"u8, ref OrderCountInfo);
    }
}

/// <summary>PEEK_MESSAGE (200052): look without hiding.</summary>
public sealed class PeekMessageRequestHeader : ICommandHeader
{
    public string Topic = "";
    public int QueueId;
    public int MaxMsgNums;
    public string ConsumerGroup = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Expected("queueId"u8, ref QueueId);
        fields.Expected("maxMsgNums"u8, ref MaxMsgNums);
        fields.Required("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
    }
}
