using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>QUERY_CONSUME_TIME_SPAN (303).</summary>
public sealed class QueryConsumeTimeSpanRequestHeader : ICommandHeader
{
    public string Topic = "";
    public string Group = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("topic"u8, ref Topic);
        fields.Expected("group"u8, ref Group);
    }
}
