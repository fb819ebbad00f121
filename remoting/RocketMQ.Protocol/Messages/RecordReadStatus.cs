namespace RocketMQ.Protocol.Messages;

/// <summary>What stands at a position of a commit log or of a pull reply's body.</summary>
public enum RecordReadStatus
{
    /// <summary>A record.</summary>
    Ok,

    /// <summary>The filler that ends a commit log file.</summary>
    Blank,

    /// <summary>A record's head whose size reaches past the bytes given.</summary>
    Incomplete,

    /// <summary>No record: the magic is another, as in space never written (zeros).</summary>
    BadMagic,

    /// <summary>A record's head whose sizes contradict each other.</summary>
    BadLength,
}
