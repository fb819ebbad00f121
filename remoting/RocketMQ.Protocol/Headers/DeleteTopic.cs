using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>DELETE_TOPIC_IN_BROKER (215).</summary>
public sealed class DeleteTopicRequestHeader : ICommandHeader
{
    public string Topic = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Expected("topic"u8, ref Topic);
}

/// <summary>DELETE_TOPIC_IN_NAMESRV (216): in one cluster, or everywhere.</summary>
public sealed class DeleteTopicFromNamesrvRequestHeader : ICommandHeader
{
    public string Topic = "";
    public string? ClusterName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("topic"u8, ref Topic);
        fields.Optional("clusterName"u8, ref ClusterName);
    }
}
