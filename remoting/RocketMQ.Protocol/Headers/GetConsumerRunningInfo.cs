using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_CONSUMER_RUNNING_INFO (307), to a broker, which passes it on to the client.</summary>
public sealed class GetConsumerRunningInfoRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string ClientId = "";
    public bool JstackEnable;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
        fields.Required("clientId"u8, NameKind.Client, ref ClientId);
        fields.Optional("jstackEnable"u8, ref JstackEnable);
    }
}
