using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>CLONE_GROUP_OFFSET (314).</summary>
public sealed class CloneGroupOffsetRequestHeader : ICommandHeader
{
    public string SrcGroup = "";
    public string DestGroup = "";
    public string? Topic;
    public bool Offline;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("srcGroup"u8, NameKind.Group, ref SrcGroup);
        fields.Expected("destGroup"u8, NameKind.Group, ref DestGroup);
        fields.Optional("topic"u8, NameKind.Topic, ref Topic);
        fields.Optional("offline"u8, ref Offline);
    }
}
