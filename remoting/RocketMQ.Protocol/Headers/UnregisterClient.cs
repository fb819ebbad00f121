using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>UNREGISTER_CLIENT (35): a client leaves a producer or a consumer group.</summary>
public sealed class UnregisterClientRequestHeader : ICommandHeader
{
    public string ClientId = "";
    public string? ProducerGroup;
    public string? ConsumerGroup;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("clientID"u8, NameKind.Client, ref ClientId);
        fields.Optional("producerGroup"u8, NameKind.Producer, ref ProducerGroup);
        fields.Optional("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}
