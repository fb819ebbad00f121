using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>QUERY_DATA_VERSION (322): does the name server know these topics already? The body is a data version.</summary>
public sealed class QueryDataVersionRequestHeader : ICommandHeader
{
    public string BrokerName = "";
    public string BrokerAddr = "";
    public string ClusterName = "";
    public long BrokerId;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("brokerName"u8, ref BrokerName);
        fields.Required("brokerAddr"u8, ref BrokerAddr);
        fields.Required("clusterName"u8, ref ClusterName);
        fields.Expected("brokerId"u8, ref BrokerId);
    }
}

/// <summary>Reply to <see cref="QueryDataVersionRequestHeader"/>.</summary>
public sealed class QueryDataVersionResponseHeader : ICommandHeader
{
    public bool Changed;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("changed"u8, ref Changed);
}
