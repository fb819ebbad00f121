using System.Diagnostics.CodeAnalysis;

namespace RocketMQ.Broker.Filtering.Sql;

/// <summary>
/// A SQL92 expression over message properties, compiled. Grammar and meaning are those of Apache RocketMQ 5.3.3's
/// filter module; broker/Filtering/README.md tells them and where this one differs.
/// </summary>
public sealed class SqlFilter : IMessageFilter
{
    /// <summary>Characters of an expression.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Levels of parentheses, signs and NOTs, and links of one chain of comparisons.</summary>
    public const int MaxDepth = 128;

    private readonly SqlCondition _condition;

    private SqlFilter(string expression, SqlCondition condition)
    {
        Expression = expression;
        _condition = condition;
    }

    public string Expression { get; }

    /// <summary>
    /// Never throws, whatever the text; the reason says what is wrong and at which character, counted from 1.
    /// </summary>
    public static bool TryCompile(
        string? expression,
        [NotNullWhen(true)] out SqlFilter? filter,
        [NotNullWhen(false)] out string? reason)
    {
        filter = null;
        expression ??= "";
        if (expression.Length > MaxLength)
        {
            reason = $"the expression has {expression.Length} characters, more than {MaxLength}: shorten it";
            return false;
        }
        if (!SqlParser.TryParse(expression, out var condition, out reason))
            return false;
        filter = new SqlFilter(expression, condition);
        return true;
    }

    /// <summary>Tags do not decide here.</summary>
    public bool MayMatch(long tagsCode) => true;

    /// <summary>Unknown and error do not match.</summary>
    public bool Matches(ReadOnlySpan<byte> properties) => _condition.Test(properties) == SqlTruth.True;

    public override string ToString() => Expression;
}
