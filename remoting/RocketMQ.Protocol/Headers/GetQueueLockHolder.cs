using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_QUEUE_LOCK_HOLDER (30001, ours): which client of a group may consume a queue in order.</summary>
public sealed class GetQueueLockHolderRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string Topic = "";
    public int QueueId;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Required("queueId"u8, ref QueueId);
    }
}

/// <summary>Reply to <see cref="GetQueueLockHolderRequestHeader"/>.</summary>
public sealed class GetQueueLockHolderResponseHeader : ICommandHeader
{
    /// <summary>Absent when nobody holds the queue.</summary>
    public string? ClientId;

    /// <summary>When it last took or renewed the lock, ms since 1970.</summary>
    public long? LastUpdateTimestamp;

    /// <summary>When others can take it unless it is renewed, ms since 1970.</summary>
    public long? ExpireTimestamp;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("clientId"u8, NameKind.Client, ref ClientId);
        fields.Optional("lastUpdateTimestamp"u8, ref LastUpdateTimestamp);
        fields.Optional("expireTimestamp"u8, ref ExpireTimestamp);
    }
}
