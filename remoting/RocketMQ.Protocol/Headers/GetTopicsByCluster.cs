using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_TOPICS_BY_CLUSTER (224).</summary>
public sealed class GetTopicsByClusterRequestHeader : ICommandHeader
{
    public string Cluster = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Expected("cluster"u8, ref Cluster);
}
