namespace RocketMQ.Broker.Popping;

/// <summary>What became of the acknowledgement of an ordered message.</summary>
public enum OrderedAck
{
    /// <summary>It counts; the group's offset may move on.</summary>
    Moved,

    /// <summary>It belongs to a pop that is over; nothing changes.</summary>
    Outdated,

    /// <summary>The queue's last pop did not hold this message.</summary>
    Unknown,
}
