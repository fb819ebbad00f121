using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>QUERY_TOPIC_CONSUME_BY_WHO (300): the groups of a topic.</summary>
public sealed class QueryTopicConsumeByWhoRequestHeader : ICommandHeader
{
    public string Topic = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
}
