using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_CONSUMER_LIST_BY_GROUP (38): the client ids of a group.</summary>
public sealed class GetConsumerListByGroupRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("consumerGroup"u8, ref ConsumerGroup);
        fields.Optional("bname"u8, ref BrokerName);
    }
}
