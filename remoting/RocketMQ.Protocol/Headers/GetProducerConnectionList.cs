using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_PRODUCER_CONNECTION_LIST (204).</summary>
public sealed class GetProducerConnectionListRequestHeader : ICommandHeader
{
    public string ProducerGroup = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("producerGroup"u8, NameKind.Producer, ref ProducerGroup);
}
