using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_CONSUMER_LIST_BY_GROUP (38): the client ids of a group.</summary>
public sealed class GetConsumerListByGroupRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}
