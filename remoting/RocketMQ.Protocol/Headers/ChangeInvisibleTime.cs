using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>CHANGE_MESSAGE_INVISIBLETIME (200053): hide a popped message for another time in ms.</summary>
public sealed class ChangeInvisibleTimeRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string Topic = "";
    public int QueueId;

    /// <summary>The message's POP_CK property.</summary>
    public string ExtraInfo = "";

    public long Offset;
    public long InvisibleTime;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("consumerGroup"u8, ref ConsumerGroup);
        fields.Required("topic"u8, ref Topic);
        fields.Required("queueId"u8, ref QueueId);
        fields.Required("extraInfo"u8, ref ExtraInfo);
        fields.Required("offset"u8, ref Offset);
        fields.Required("invisibleTime"u8, ref InvisibleTime);
        fields.Optional("bname"u8, ref BrokerName);
    }
}

/// <summary>Reply to <see cref="ChangeInvisibleTimeRequestHeader"/>.</summary>
public sealed class ChangeInvisibleTimeResponseHeader : ICommandHeader
{
    public long PopTime;
    public long InvisibleTime;
    public int ReviveQid;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("popTime"u8, ref PopTime);
        fields.Required("invisibleTime"u8, ref InvisibleTime);
        fields.Required("reviveQid"u8, ref ReviveQid);
    }
}
