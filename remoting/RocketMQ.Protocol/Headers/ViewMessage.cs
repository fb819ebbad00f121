using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>VIEW_MESSAGE_BY_ID (33): the record at a commit-log offset. 5.x clients name the topic too.</summary>
public sealed class ViewMessageRequestHeader : ICommandHeader
{
    public string? Topic;
    public long Offset;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("topic"u8, NameKind.Topic, ref Topic);
        fields.Required("offset"u8, ref Offset);
    }
}
