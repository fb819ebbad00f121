using RocketMQ.Protocol.Commands;

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
        fields.Required("srcGroup"u8, ref SrcGroup);
        fields.Expected("destGroup"u8, ref DestGroup);
        fields.Optional("topic"u8, ref Topic);
        fields.Optional("offline"u8, ref Offline);
    }
}
