using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_CONSUME_STATS (208): how far a group is behind.</summary>
public sealed class GetConsumeStatsRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string? Topic;

    /// <summary>5.x: separated by semicolons.</summary>
    public string? TopicList;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
        fields.Optional("topic"u8, NameKind.Topic, ref Topic);
        fields.Optional("topicList"u8, ref TopicList);
    }
}
