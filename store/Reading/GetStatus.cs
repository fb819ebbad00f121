namespace RocketMQ.Store;

/// <summary>Outcome of a read from a queue; the names are what brokers put into a pull reply's remark.</summary>
public enum GetStatus
{
    /// <summary>There are messages in the result.</summary>
    FOUND,

    /// <summary>Messages were there and the filter took none of them.</summary>
    NO_MATCHED_MESSAGE,

    /// <summary>The queue lists messages whose records were deleted.</summary>
    MESSAGE_WAS_REMOVING,

    /// <summary>The queue's own file is missing at that offset.</summary>
    OFFSET_FOUND_NULL,

    /// <summary>The offset is past the next one to be written.</summary>
    OFFSET_OVERFLOW_BADLY,

    /// <summary>The offset is the next one to be written: nothing new yet.</summary>
    OFFSET_OVERFLOW_ONE,

    /// <summary>The offset is before the oldest message.</summary>
    OFFSET_TOO_SMALL,

    /// <summary>There is no such queue.</summary>
    NO_MATCHED_LOGIC_QUEUE,

    /// <summary>Nothing was ever written to the queue.</summary>
    NO_MESSAGE_IN_QUEUE,
}
