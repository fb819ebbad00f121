using RocketMQ.Store;

namespace RocketMQ.Broker.Pulling;

/// <summary>How a pull that was carried out ended.</summary>
public enum PullStatus
{
    Found,

    /// <summary>There is nothing there yet: the pull waits if it may.</summary>
    NothingThere,

    /// <summary>What was there passed no filter, or just went: ask again at once, further on.</summary>
    NothingMatched,

    /// <summary>The offset lies outside the queue.</summary>
    OffsetMoved,

    /// <summary>An operator has moved the group.</summary>
    WasReset,
}

internal static class PullStatuses
{
    public static PullStatus Of(GetStatus status, long requestedOffset) => status switch
    {
        GetStatus.FOUND => PullStatus.Found,
        GetStatus.MESSAGE_WAS_REMOVING or GetStatus.NO_MATCHED_MESSAGE => PullStatus.NothingMatched,
        GetStatus.NO_MATCHED_LOGIC_QUEUE or GetStatus.NO_MESSAGE_IN_QUEUE when requestedOffset != 0 => PullStatus.OffsetMoved,
        GetStatus.OFFSET_OVERFLOW_BADLY or GetStatus.OFFSET_TOO_SMALL => PullStatus.OffsetMoved,
        _ => PullStatus.NothingThere,
    };
}
