

namespace RocketMQ.Broker.Filtering.Sql;

internal enum SqlTokenKind : byte
{
    End,
    Name,
    Text,
    Integer,
    Fraction,
    Not,
    And,
    Or,
    Between,
    In,
    True,
    False,
    Null,
    Is,
    Contains,
    StartsWith,
    EndsWith,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Open,
    Close,
    Comma,
    Plus,
    Minus,
}

/// <summary>Where in the expression, from 0, a token of what kind stands.</summary>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;
}
