namespace RocketMQ.Broker.Filtering.Sql;

/// <summary>
/// Outcome of a condition. <see cref="Unknown"/> is SQL's NULL. <see cref="Error"/> is a comparison that makes no
/// sense for this message (a word compared with a number): it ends the whole evaluation, and the message does not match,
/// even under NOT or beside a true OR branch to its right.
/// </summary>
internal enum SqlTruth : byte
{
    Unknown,
    False,
    True,
    Error,
}
