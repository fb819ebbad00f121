using RocketMQ.Protocol.Commands;

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
        fields.Expected("clientID"u8, ref ClientId);
        fields.Optional("producerGroup"u8, ref ProducerGroup);
        fields.Optional("consumerGroup"u8, ref ConsumerGroup);
        fields.Optional("bname"u8, ref BrokerName);
    }
}
