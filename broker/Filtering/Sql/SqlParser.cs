using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Kind = RocketMQ.Broker.Filtering.Sql.SqlTokenKind;

namespace RocketMQ.Broker.Filtering.Sql;

/// <summary>
/// Recursive descent over the tokens of an expression. From loose to tight: OR, AND, then = &lt;&gt; IS, then
/// &lt; &lt;= &gt; &gt;= BETWEEN IN and the text searches, then NOT + -. So NOT takes the single operand that follows:
/// <c>NOT a = 1</c> is <c>(NOT a) = 1</c>.
/// A method returns null after it has set the reason; the first reason stays.
/// </summary>
internal sealed class SqlParser
{
    private readonly string _text;
    private readonly List<SqlToken> _tokens;
    private int _next;
    private int _nesting;
    private string? _reason;

    private SqlParser(string text, List<SqlToken> tokens)
    {
        _text = text;
        _tokens = tokens;
    }

    private SqlToken Current => _tokens[_next];

    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out SqlCondition? condition,
        [NotNullWhen(false)] out string? reason)
    {
        condition = null;
        if (!SqlLexer.TryRead(text, out var tokens, out reason))
            return false;
        var parser = new SqlParser(text, tokens);
        condition = parser.Whole();
        reason = parser._reason ?? "";
        return condition is not null;
    }

    private SqlCondition? Whole()
    {
        if (Current.Kind == Kind.End)
        {
            Fail(Current, "the expression is empty");
            return null;
        }
        var condition = Condition(Current, Or());
        // A comment on the last line has no line end behind it, so it was read as two minus signs.
        var ended = Current.Kind == Kind.End || _text.AsSpan(Current.Start).StartsWith("--");
        if (condition is null || ended)
            return condition;
        Unexpected("the expression should end here, or go on with AND or OR");
        return null;
    }

    private SqlNode? Or() => Junction(Kind.Or, And);

    private SqlNode? And() => Junction(Kind.And, Equality);

    private SqlNode? Junction(Kind joint, Func<SqlNode?> part)
    {
        var start = Current;
        var first = part();
        if (first is null || Current.Kind != joint)
            return first;
        var parts = new List<SqlCondition>();
        var condition = Condition(start, first);
        while (condition is not null)
        {
            parts.Add(condition);
            if (!Take(joint))
                return Built(start, new JunctionNode([.. parts], joint == Kind.Or));
            start = Current;
            condition = Condition(start, part());
        }
        return null;
    }

    private SqlNode? Equality()
    {
        var start = Current;
        var left = Comparison();
        while (left is not null)
        {
            if (Take(Kind.Equal))
                left = Equal(start, left);
            else if (Take(Kind.NotEqual))
                left = Equal(start, left) is SqlCondition equal ? Built(start, new NotNode(equal)) : null;
            else if (Take(Kind.Is))
                left = IsNull(start, left);
            else
                break;
        }
        return left;
    }

    private SqlNode? Equal(SqlToken start, SqlNode left)
    {
        var second = Current;
        if (Comparison() is not { } right)
            return null;
        if (left is TruthNode { Truth: SqlTruth.Unknown } || right is TruthNode { Truth: SqlTruth.Unknown })
            return Fail(start, "nothing equals NULL: write IS NULL or IS NOT NULL");
        if (left is TruthNode && right is LiteralNode)
            return Fail(second, "TRUE and FALSE cannot be compared with a number or a text");
        return Built(start, new EqualNode(left, right));
    }

    private SqlNode? IsNull(SqlToken start, SqlNode operand)
    {
        var negated = Take(Kind.Not);
        if (!Take(Kind.Null))
            return Unexpected(negated ? "IS NOT goes with NULL" : "IS goes with NULL or NOT NULL");
        var isNull = new IsNullNode(operand);
        return Built(start, negated ? new NotNode(isNull) : isNull);
    }

    private SqlNode? Comparison()
    {
        var start = Current;
        var left = Unary();
        while (left is not null)
        {
            if (OrderOf(Current.Kind) is { } order)
            {
                _next++;
                left = Order(start, left, order);
                continue;
            }
            var negated = Current.Kind == Kind.Not;
            var operation = negated ? _tokens[_next + 1].Kind : Current.Kind;
            if (operation is not (Kind.In or Kind.Between or Kind.Contains or Kind.StartsWith or Kind.EndsWith))
                return negated ? Unexpected("NOT stands before an operand, or before IN, BETWEEN and the text searches") : left;
            _next += negated ? 2 : 1;
            left = operation switch
            {
                Kind.In => In(start, left, negated),
                Kind.Between => Between(start, left, negated),
                Kind.StartsWith => Search(start, left, SqlSearch.StartsWith, negated),
                Kind.EndsWith => Search(start, left, SqlSearch.EndsWith, negated),
                _ => Search(start, left, SqlSearch.Contains, negated),
            };
        }
        return left;
    }

    private static SqlOrder? OrderOf(Kind kind) => kind switch
    {
        Kind.Less => SqlOrder.Less,
        Kind.LessOrEqual => SqlOrder.LessOrEqual,
        Kind.Greater => SqlOrder.Greater,
        Kind.GreaterOrEqual => SqlOrder.GreaterOrEqual,
        _ => null,
    };

    private SqlNode? Order(SqlToken start, SqlNode left, SqlOrder order)
    {
        var second = Current;
        if (Unary() is not { } right || !IsOrdered(start, left) || !IsOrdered(second, right))
            return null;
        return Built(start, new OrderNode(left, order, right));
    }

    private SqlNode? Between(SqlToken start, SqlNode value, bool negated)
    {
        var second = Current;
        if (Unary() is not { } low)
            return null;
        if (!Take(Kind.And))
            return Unexpected("BETWEEN goes low AND high");
        var third = Current;
        if (Unary() is not { } high || !IsOrdered(start, value) || !IsOrdered(second, low) || !IsOrdered(third, high))
            return null;
        if (!negated && low is LiteralNode from && high is LiteralNode to
            && SqlComparison.TryCompareNumbers(to.Value, from.Value, out var order) && order < 0)
            return Fail(second, "BETWEEN goes from the lower value to the higher");
        return Built(start, new BetweenNode(value, low, high, negated));
    }

    /// <summary>Texts have no order here, whatever they read; properties do, by the number they spell.</summary>
    private bool IsOrdered(SqlToken start, SqlNode operand)
    {
        if (operand is not (SqlCondition or LiteralNode { IsText: true }))
            return true;
        Fail(start, "only numbers and properties have an order: compare texts and truths with = or <>");
        return false;
    }

    private SqlNode? In(SqlToken start, SqlNode left, bool negated)
    {
        if (left is not PropertyNode)
            return Fail(start, "IN asks about a property: a property name has to stand before it");
        if (!Take(Kind.Open))
            return Unexpected("IN goes with a list in parentheses: IN ('a', 'b')");
        var values = new List<byte[]>();
        do
        {
            if (TakeText() is not { } value)
                return Unexpected("an IN list holds texts in single quotes");
            values.Add(Encoding.UTF8.GetBytes(value));
        }
        while (Take(Kind.Comma));
        if (!Take(Kind.Close))
            return Unexpected("the IN list goes on with a comma or ends with a parenthesis");
        return Built(start, new InNode(left, values, negated));
    }

    private SqlNode? Search(SqlToken start, SqlNode operand, SqlSearch search, bool negated)
    {
        if (TakeText() is not { } sought)
            return Unexpected("a text in single quotes has to follow");
        return Built(start, new SearchNode(operand, search, Encoding.UTF8.GetBytes(sought), negated));
    }

    private SqlNode? Unary()
    {
        if (++_nesting > SqlFilter.MaxDepth)
            return TooDeep(Current);
        var start = Current;
        SqlNode? node;
        if (Take(Kind.Plus))
            node = Unary();
        else if (Take(Kind.Minus))
            node = Unary() is { } operand ? Built(start, new NegateNode(operand)) : null;
        else if (Take(Kind.Not))
            node = Condition(Current, Unary()) is { } condition ? Built(start, new NotNode(condition)) : null;
        else
            node = Primary();
        _nesting--;
        return node;
    }

    private SqlNode? Primary()
    {
        var token = Current;
        _next++;
        switch (token.Kind)
        {
            case Kind.Text:
                return new LiteralNode(Text(token));
            case Kind.Integer:
                return Integer(token);
            case Kind.Fraction:
                return Fraction(token);
            case Kind.True:
                return new TruthNode(SqlTruth.True);
            case Kind.False:
                return new TruthNode(SqlTruth.False);
            case Kind.Null:
                return new TruthNode(SqlTruth.Unknown);
            case Kind.Name:
                return new PropertyNode(Image(token).ToString());
            case Kind.Open:
                var inner = Or();
                return inner is null || Take(Kind.Close) ? inner : Unexpected("a parenthesis is not closed");
            default:
                _next--;
                return Unexpected("a property, a number, a text in single quotes, TRUE, FALSE or a parenthesis is wanted");
        }
    }

    private SqlNode? Integer(SqlToken token) =>
        long.TryParse(Image(token).TrimEnd("lL"), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? new LiteralNode(value)
            : Fail(token, $"the number is greater than {long.MaxValue}");

    private SqlNode? Fraction(SqlToken token)
    {
        var value = double.Parse(Image(token), NumberStyles.Float, CultureInfo.InvariantCulture);
        if (value == 0)
            return Fail(token, "a fraction cannot be zero or closer to it than 4.9E-324: write 0");
        return double.IsFinite(value) ? new LiteralNode(value) : Fail(token, "the number is greater than 1.79E308");
    }

    private string? TakeText()
    {
        if (Current.Kind != Kind.Text)
            return null;
        return Text(_tokens[_next++]);
    }

    private string Text(SqlToken token) => Image(token)[1..^1].ToString().Replace("''", "'", StringComparison.Ordinal);

    private ReadOnlySpan<char> Image(SqlToken token) => _text.AsSpan(token.Start, token.Length);

    private bool Take(Kind kind)
    {
        if (Current.Kind != kind)
            return false;
        _next++;
        return true;
    }

    private SqlCondition? Condition(SqlToken start, SqlNode? node)
    {
        switch (node)
        {
            case null:
                return null;
            case SqlCondition condition:
                return condition;
            case PropertyNode:
                return new PropertyConditionNode(node);
            default:
                Fail(start, "a condition is wanted here, this is a value");
                return null;
        }
    }

    /// <summary>Chains such as <c>a = b = c …</c> grow trees that the parser's own recursion does not bound.</summary>
    private SqlNode? Built(SqlToken start, SqlNode node) => node.Depth > SqlFilter.MaxDepth ? TooDeep(start) : node;

    private SqlNode? TooDeep(SqlToken at) =>
        Fail(at, $"the expression is nested deeper than {SqlFilter.MaxDepth} levels: simplify it");

    private SqlNode? Unexpected(string wanted) =>
        Fail(Current, Current.Kind == Kind.End ? $"the expression ends too early: {wanted}" : $"unexpected '{Image(Current)}': {wanted}");

    private SqlNode? Fail(SqlToken at, string what)
    {
        _reason ??= $"position {at.Start + 1}: {what}";
        return null;
    }
}
