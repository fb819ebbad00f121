using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_ALL_TOPIC_CONFIG (21): the broker's topics; with any of these fields (since 5.3.4) a page of them in the order of their names.</summary>
public sealed class GetAllTopicConfigRequestHeader : ICommandHeader
{
    /// <summary>How many topics the caller has already.</summary>
    public int? TopicSeq;

    /// <summary>As JSON, the version that those are of: when the table has another, the page is the first again.</summary>
    public string? DataVersion;

    /// <summary>Most topics the caller wants; the broker has a limit of its own.</summary>
    public int? MaxTopicNum;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("topicSeq"u8, ref TopicSeq);
        fields.Optional("dataVersion"u8, ref DataVersion);
        fields.Optional("maxTopicNum"u8, ref MaxTopicNum);
    }
}

/// <summary>Reply to <see cref="GetAllTopicConfigRequestHeader"/>.</summary>
public sealed class GetAllTopicConfigResponseHeader : ICommandHeader
{
    /// <summary>How many topics there are in all; absent where the reply has all of them.</summary>
    public int? TotalTopicNum;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("totalTopicNum"u8, ref TotalTopicNum);
}
