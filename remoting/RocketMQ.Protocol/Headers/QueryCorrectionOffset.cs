using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>QUERY_CORRECTION_OFFSET (308): per queue, the lowest offset of the other groups of a topic.</summary>
public sealed class QueryCorrectionOffsetRequestHeader : ICommandHeader
{
    public string? FilterGroups;
    public string CompareGroup = "";
    public string Topic = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("filterGroups"u8, ref FilterGroups);
        fields.Expected("compareGroup"u8, ref CompareGroup);
        fields.Required("topic"u8, ref Topic);
    }
}
