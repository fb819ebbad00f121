using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>NOTIFY_CONSUMER_IDS_CHANGED (40), broker to consumer, one way: members came or went, share the queues out anew.</summary>
public sealed class NotifyConsumerIdsChangedRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
}
