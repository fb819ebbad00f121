using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_TOPIC_CONFIG (351).</summary>
public sealed class GetTopicConfigRequestHeader : ICommandHeader
{
    public string Topic = "";
    public bool? Lo;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Optional("lo"u8, ref Lo);
    }
}
