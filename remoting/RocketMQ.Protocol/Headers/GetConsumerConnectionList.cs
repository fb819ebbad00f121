using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_CONSUMER_CONNECTION_LIST (203).</summary>
public sealed class GetConsumerConnectionListRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
}
