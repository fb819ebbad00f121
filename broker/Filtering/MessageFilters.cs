using System.Diagnostics.CodeAnalysis;
using RocketMQ.Broker.Filtering.Sql;

namespace RocketMQ.Broker.Filtering;

/// <summary>
/// From the two texts of a subscription on the wire (<c>expressionType</c>, <c>subString</c>/<c>subscription</c>)
/// to its filter.
/// </summary>
public static class MessageFilters
{
    public const string Tag = "TAG";
    public const string Sql92 = "SQL92";

    /// <summary>Characters of an expression, unless told otherwise: a tag subscription is walked for each message, and refusals show it.</summary>
    public const int DefaultMaxExpressionSize = 64 * 1024;

    /// <summary>Clients older than 4.1 send no type at all: an absent one means tags, as <c>TAG</c> does.</summary>
    public static bool IsTagType(string? expressionType) => string.IsNullOrEmpty(expressionType) || expressionType == Tag;

    /// <summary>Never throws; the reason of a refusal is fit to be sent to the client as it is.</summary>
    public static bool TryCreate(
        string? expressionType,
        string? expression,
        [NotNullWhen(true)] out IMessageFilter? filter,
        [NotNullWhen(false)] out string? reason,
        int maxExpressionSize = DefaultMaxExpressionSize)
    {
        filter = null;
        if (expression?.Length > maxExpressionSize)
        {
            reason = $"the expression has {expression.Length} characters, the limit is {maxExpressionSize} (maxFilterExpressionSize)";
            return false;
        }

        if (IsTagType(expressionType))
        {
            if (!TagFilter.TryParse(expression, out var tags, out reason))
                return false;
            filter = tags;
            return true;
        }
        if (expressionType == Sql92)
        {
            if (!SqlFilter.TryCompile(expression, out var sql, out reason))
                return false;
            filter = sql;
            return true;
        }
        reason = $"expression type '{expressionType}' is not supported: use {Tag} or {Sql92}";
        return false;
    }
}
