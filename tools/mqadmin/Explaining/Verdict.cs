namespace RocketMQ.MqAdmin.Explaining;

/// <summary>What becomes of a message for a group, in a word.</summary>
internal enum Verdict
{
    /// <summary>The group is past it: consumed, or skipped by a reset.</summary>
    Consumed,

    /// <summary>The group will get it after those before it.</summary>
    Waiting,

    /// <summary>A member has it and has not said that it is done.</summary>
    InHand,

    /// <summary>Nobody of the group is connected.</summary>
    GroupOffline,

    /// <summary>The group does not subscribe to the topic.</summary>
    NotSubscribed,

    /// <summary>Members of the group subscribe to different things.</summary>
    SubscriptionInconsistent,

    /// <summary>The subscription's tags do not name the message's.</summary>
    FilteredByTag,

    /// <summary>The subscription's condition is not true of the message.</summary>
    FilteredBySql,

    /// <summary>Held back by a delay level.</summary>
    Delayed,

    /// <summary>Held back until a time.</summary>
    Timed,

    /// <summary>Taken back by its producer before its time.</summary>
    Recalled,

    /// <summary>A half message whose producer has not given its word.</summary>
    TransactionPending,

    /// <summary>Rolled back by its producer.</summary>
    RolledBack,

    /// <summary>The producer was asked too often in vain.</summary>
    TransactionGivenUp,

    /// <summary>Failed at a member and comes again.</summary>
    Retrying,

    /// <summary>Given up after the last retry.</summary>
    DeadLettered,

    /// <summary>The queue is consumed in order, and someone else holds it.</summary>
    QueueLocked,

    /// <summary>No member has the queue.</summary>
    QueueUnassigned,

    /// <summary>The topic or the broker may not be read.</summary>
    NotReadable,

    /// <summary>The group may not consume.</summary>
    GroupDisabled,

    /// <summary>Popped, and hidden from others until a time.</summary>
    Invisible,

    /// <summary>Deleted with old files.</summary>
    Expired,

    /// <summary>Each member consumes it for itself; brokers do not know how far each is.</summary>
    Broadcast,

    /// <summary>In its topic; no group consumes it.</summary>
    NoGroup,

    /// <summary>There is no such message.</summary>
    NotFound,
}
