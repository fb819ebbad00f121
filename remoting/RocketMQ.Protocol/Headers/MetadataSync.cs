using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>
/// What a slave asks its master for a table with: GET_ALL_TOPIC_CONFIG (21), GET_ALL_CONSUMER_OFFSET (43), GET_ALL_DELAY_OFFSET (45), GET_TIMER_CHECK_POINT (60),
/// GET_TIMER_METRICS (61), GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201), GET_ALL_MESSAGE_REQUEST_MODE (402). Apache's brokers ask with no field, those from 5.3.4 on for
/// topics and groups in pages.
/// </summary>
public sealed class TableRequestHeader : ICommandHeader
{
    /// <summary>RocketMQ.Net's own: <see cref="TableResponseHeader.TableVersion"/> of what the slave has, empty when it has nothing. Others pass it over.</summary>
    public string? KnownTableVersion;

    /// <summary>From 5.3.4 on: the first topic, or group, of the page that is wanted.</summary>
    public int? TopicSeq;
    public int? GroupSeq;

    /// <summary>From 5.3.4 on: how many are wanted at most.</summary>
    public int? MaxTopicNum;
    public int? MaxGroupNum;

    /// <summary>From 5.3.4 on: the version, in JSON, that the pages before were of.</summary>
    public string? DataVersion;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("knownTableVersion"u8, ref KnownTableVersion);
        fields.Optional("topicSeq"u8, ref TopicSeq);
        fields.Optional("groupSeq"u8, ref GroupSeq);
        fields.Optional("maxTopicNum"u8, ref MaxTopicNum);
        fields.Optional("maxGroupNum"u8, ref MaxGroupNum);
        fields.Optional("dataVersion"u8, ref DataVersion);
    }
}

/// <summary>Reply to <see cref="TableRequestHeader"/>.</summary>
public sealed class TableResponseHeader : ICommandHeader
{
    /// <summary>RocketMQ.Net's own, where the request had one: which state of the table the body holds. There is no body when that is the one the slave has.</summary>
    public string? TableVersion;

    /// <summary>Where the master's log ended then: what the body says was done stands before.</summary>
    public long? LogEnd;

    /// <summary>The body holds only what has changed since the version that the slave has.</summary>
    public bool? IsPart;

    /// <summary>From 5.3.4 on: how many topics, or groups, there are.</summary>
    public int? TotalTopicNum;
    public int? TotalGroupNum;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("tableVersion"u8, ref TableVersion);
        fields.Optional("logEnd"u8, ref LogEnd);
        fields.Optional("isPart"u8, ref IsPart);
        fields.Optional("totalTopicNum"u8, ref TotalTopicNum);
        fields.Optional("totalGroupNum"u8, ref TotalGroupNum);
    }
}
