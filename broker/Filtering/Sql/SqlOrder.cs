namespace RocketMQ.Broker.Filtering.Sql;

internal enum SqlOrder : byte
{
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
