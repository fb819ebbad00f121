namespace RocketMQ.Broker.Filtering.Sql;

/// <summary>
/// Type of a value. Int and Long stand apart because a property is converted to the type of the literal beside it, and
/// "3000000000" does not convert to the int that <c>5</c> is.
/// </summary>
internal enum SqlKind : byte
{
    Null,
    Error,
    Truth,
    Int,
    Long,
    Double,
    Text,
}
