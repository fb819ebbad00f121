using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_MAX_OFFSET (30): the next offset a queue will assign; 0 for an unknown queue.</summary>
public sealed class GetMaxOffsetRequestHeader : ICommandHeader
{
    public string Topic = "";
    public int QueueId;

    /// <summary>5.x: false asks for the offset in memory rather than the committed one.</summary>
    public bool Committed = true;

    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Required("queueId"u8, ref QueueId);
        fields.Optional("committed"u8, ref Committed);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}

/// <summary>Reply to <see cref="GetMaxOffsetRequestHeader"/>.</summary>
public sealed class GetMaxOffsetResponseHeader : ICommandHeader
{
    public long Offset;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("offset"u8, ref Offset);
}
