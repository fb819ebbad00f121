using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_MIN_OFFSET (31): the first offset a queue still holds; 0 for an unknown queue.</summary>
public sealed class GetMinOffsetRequestHeader : ICommandHeader
{
    public string Topic = "";
    public int QueueId;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Required("queueId"u8, ref QueueId);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}

/// <summary>Reply to <see cref="GetMinOffsetRequestHeader"/>.</summary>
public sealed class GetMinOffsetResponseHeader : ICommandHeader
{
    public long Offset;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("offset"u8, ref Offset);
}
