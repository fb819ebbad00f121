using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201): the broker's groups; with any of these fields (since 5.3.4) a page of them in the order of their names.</summary>
public sealed class GetAllSubscriptionGroupRequestHeader : ICommandHeader
{
    /// <summary>How many groups the caller has already.</summary>
    public int? GroupSeq;

    /// <summary>As JSON, the version that those are of: when the table has another, the page is the first again.</summary>
    public string? DataVersion;

    /// <summary>Most groups the caller wants; the broker has a limit of its own.</summary>
    public int? MaxGroupNum;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("groupSeq"u8, ref GroupSeq);
        fields.Optional("dataVersion"u8, ref DataVersion);
        fields.Optional("maxGroupNum"u8, ref MaxGroupNum);
    }
}

/// <summary>Reply to <see cref="GetAllSubscriptionGroupRequestHeader"/>.</summary>
public sealed class GetAllSubscriptionGroupResponseHeader : ICommandHeader
{
    /// <summary>How many groups there are in all; absent where the reply has all of them.</summary>
    public int? TotalGroupNum;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("totalGroupNum"u8, ref TotalGroupNum);
}
