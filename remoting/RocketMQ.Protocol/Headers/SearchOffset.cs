using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>SEARCH_OFFSET_BY_TIMESTAMP (29): the offset of a queue at a store time in ms.</summary>
public sealed class SearchOffsetRequestHeader : ICommandHeader
{
    public string Topic = "";
    public int QueueId;
    public long Timestamp;

    /// <summary>5.x: LOWER (when absent) or UPPER, in any case.</summary>
    public string? BoundaryType;

    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Required("queueId"u8, ref QueueId);
        fields.Required("timestamp"u8, ref Timestamp);
        fields.Optional("boundaryType"u8, ref BoundaryType);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}

/// <summary>Reply to <see cref="SearchOffsetRequestHeader"/>.</summary>
public sealed class SearchOffsetResponseHeader : ICommandHeader
{
    public long Offset;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("offset"u8, ref Offset);
}
