namespace RocketMQ.Client;

/// <summary>What became of a transaction, numbered as the protocol does.</summary>
public enum TransactionState
{
    /// <summary>Not known yet: the broker asks again later.</summary>
    Unknown = 0,

    /// <summary>Consumers get the message.</summary>
    Commit = 8,

    /// <summary>Nobody gets the message.</summary>
    Rollback = 12,
}
