namespace RocketMQ.Client;

/// <summary>What a pull came back with.</summary>
public enum PullStatus
{
    Found,

    /// <summary>The queue ends here.</summary>
    NoNewMessage,

    /// <summary>There were messages, none of which the filter lets through.</summary>
    NoMatchingMessage,

    /// <summary>The queue has no such offset; <see cref="PullResult.NextOffset"/> is the nearest it has.</summary>
    OffsetIllegal,
}
