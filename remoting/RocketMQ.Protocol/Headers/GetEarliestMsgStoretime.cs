using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_EARLIEST_MSG_STORETIME (32): when the first message of a queue was stored.</summary>
public sealed class GetEarliestMsgStoretimeRequestHeader : ICommandHeader
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

/// <summary>Reply to <see cref="GetEarliestMsgStoretimeRequestHeader"/>: ms since 1970, -1 when the queue is empty.</summary>
public sealed class GetEarliestMsgStoretimeResponseHeader : ICommandHeader
{
    public long Timestamp;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("timestamp"u8, ref Timestamp);
}
