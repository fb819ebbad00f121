using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_TOPIC_STATS_INFO (202).</summary>
public sealed class GetTopicStatsInfoRequestHeader : ICommandHeader
{
    public string Topic = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
}
