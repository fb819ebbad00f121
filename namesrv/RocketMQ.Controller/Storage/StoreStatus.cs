namespace RocketMQ.Controller.Storage;

/// <summary>How a store answered.</summary>
public enum StoreStatus
{
    Done,

    /// <summary>Somebody else has changed the set since it was read: nothing was written.</summary>
    Changed,

    /// <summary>Another controller leads: nothing was written.</summary>
    NotLeader,

    /// <summary>The store can't be reached or refuses. What was to be written may yet be found written, until the set has been read again.</summary>
    Failed,
}
