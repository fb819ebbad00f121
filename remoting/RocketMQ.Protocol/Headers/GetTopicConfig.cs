using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_TOPIC_CONFIG (351).</summary>
public sealed class GetTopicConfigRequestHeader : ICommandHeader
{
    public string Topic = "";
    public bool? Lo;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("topic"u8, ref Topic);
        fields.Optional("lo"u8, ref Lo);
    }
}
