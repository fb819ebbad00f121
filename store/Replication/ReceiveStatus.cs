namespace RocketMQ.Store.Replication;

/// <summary>What became of bytes that another broker's log sent.</summary>
public enum ReceiveStatus
{
    /// <summary>They are in this log.</summary>
    Ok,

    /// <summary>They do not follow what is here.</summary>
    OutOfPlace,

    /// <summary>They are no log, or that of a store whose files have another size.</summary>
    NotALog,

    /// <summary>This store takes nothing now: its disk is full, has failed, or it stops.</summary>
    NotWritable,
}
