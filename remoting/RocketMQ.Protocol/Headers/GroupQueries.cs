using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>QUERY_TOPICS_BY_CONSUMER (343).</summary>
public sealed class QueryTopicsByConsumerRequestHeader : ICommandHeader
{
    public string Group = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("group"u8, ref Group);
}

/// <summary>QUERY_SUBSCRIPTION_BY_CONSUMER (345).</summary>
public sealed class QuerySubscriptionByConsumerRequestHeader : ICommandHeader
{
    public string Group = "";
    public string? Topic;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("group"u8, ref Group);
        fields.Optional("topic"u8, ref Topic);
    }
}

/// <summary>GET_SUBSCRIPTIONGROUP_CONFIG (352).</summary>
public sealed class GetSubscriptionGroupConfigRequestHeader : ICommandHeader
{
    public string Group = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Required("group"u8, ref Group);
}

/// <summary>UPDATE_AND_GET_GROUP_FORBIDDEN (353): may a group read a topic? Without <c>readable</c> it only asks.</summary>
public sealed class UpdateGroupForbiddenRequestHeader : ICommandHeader
{
    public string Group = "";
    public string Topic = "";
    public bool? Readable;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("group"u8, ref Group);
        fields.Expected("topic"u8, ref Topic);
        fields.Optional("readable"u8, ref Readable);
    }
}
