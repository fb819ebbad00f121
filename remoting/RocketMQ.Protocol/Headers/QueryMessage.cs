using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>QUERY_MESSAGE (12): messages of a topic by a key, stored between two times in ms.</summary>
public sealed class QueryMessageRequestHeader : ICommandHeader
{
    public string Topic = "";
    public string Key = "";
    public int MaxNum;
    public long BeginTimestamp;
    public long EndTimestamp;

    /// <summary>The key is a unique id: the broker then uses its own maximum.</summary>
    public bool? UniqueKeyQuery;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("topic"u8, ref Topic);
        fields.Expected("key"u8, ref Key);
        fields.Required("maxNum"u8, ref MaxNum);
        fields.Required("beginTimestamp"u8, ref BeginTimestamp);
        fields.Required("endTimestamp"u8, ref EndTimestamp);
        fields.Optional("_UNIQUE_KEY_QUERY"u8, ref UniqueKeyQuery);
    }
}

/// <summary>Reply to <see cref="QueryMessageRequestHeader"/>. The body is concatenated records.</summary>
public sealed class QueryMessageResponseHeader : ICommandHeader
{
    public long IndexLastUpdateTimestamp;
    public long IndexLastUpdatePhyoffset;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("indexLastUpdateTimestamp"u8, ref IndexLastUpdateTimestamp);
        fields.Required("indexLastUpdatePhyoffset"u8, ref IndexLastUpdatePhyoffset);
    }
}
