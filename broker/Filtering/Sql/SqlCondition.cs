

namespace RocketMQ.Broker.Filtering.Sql;

/// <summary>A part of an expression that is true, false or unknown.</summary>
internal abstract class SqlCondition(int depth) : SqlNode(depth)
{
    public abstract SqlTruth Test(ReadOnlySpan<byte> properties);

    public sealed override SqlValue Evaluate(ReadOnlySpan<byte> properties) => SqlValue.Of(Test(properties));
}

/// <summary>TRUE, FALSE or, as unknown, NULL.</summary>
internal sealed class TruthNode(SqlTruth truth) : SqlCondition(1)
{
    public SqlTruth Truth => truth;

    public override SqlTruth Test(ReadOnlySpan<byte> properties) => truth;
}

/// <summary>
/// A property where a condition is wanted. Properties are texts and never truths, so it is false, or unknown for want
/// of the property: <c>flag = TRUE</c> is what tests one.
/// </summary>
internal sealed class PropertyConditionNode(SqlNode property) : SqlCondition(property.Depth + 1)
{
    public override SqlTruth Test(ReadOnlySpan<byte> properties) =>
        property.Evaluate(properties).Kind == SqlKind.Null ? SqlTruth.Unknown : SqlTruth.False;
}

internal sealed class NotNode(SqlCondition operand) : SqlCondition(operand.Depth + 1)
{
    public override SqlTruth Test(ReadOnlySpan<byte> properties) => operand.Test(properties) switch
    {
        SqlTruth.True => SqlTruth.False,
        SqlTruth.False => SqlTruth.True,
        var other => other,
    };
}

/// <summary>AND over all parts, or OR: left to right, and no further than the part that decides.</summary>
internal sealed class JunctionNode(SqlCondition[] parts, bool isOr) : SqlCondition(1 + parts.Max(part => part.Depth))
{
    private readonly SqlTruth _deciding = isOr ? SqlTruth.True : SqlTruth.False;
    private readonly SqlTruth _otherwise = isOr ? SqlTruth.False : SqlTruth.True;

    public override SqlTruth Test(ReadOnlySpan<byte> properties)
    {
        var result = _otherwise;
        foreach (var part in parts)
        {
            var truth = part.Test(properties);
            if (truth == _deciding || truth == SqlTruth.Error)
                return truth;
            if (truth == SqlTruth.Unknown)
                result = SqlTruth.Unknown;
        }
        return result;
    }
}

internal sealed class EqualNode(SqlNode left, SqlNode right) : SqlCondition(1 + Math.Max(left.Depth, right.Depth))
{
    public override SqlTruth Test(ReadOnlySpan<byte> properties) =>
        SqlComparison.Equal(left.Evaluate(properties), right.Evaluate(properties));
}

internal sealed class IsNullNode(SqlNode operand) : SqlCondition(operand.Depth + 1)
{
    public override SqlTruth Test(ReadOnlySpan<byte> properties) => operand.Evaluate(properties).Kind switch
    {
        SqlKind.Null => SqlTruth.True,
        SqlKind.Error => SqlTruth.Error,
        _ => SqlTruth.False,
    };
}

internal sealed class OrderNode(SqlNode left, SqlOrder order, SqlNode right)
    : SqlCondition(1 + Math.Max(left.Depth, right.Depth))
{
    public override SqlTruth Test(ReadOnlySpan<byte> properties) =>
        Test(left.Evaluate(properties), order, right, properties);

    /// <summary>The right side is not looked at when the left is null: whatever is wrong with it does not count then.</summary>
    public static SqlTruth Test(in SqlValue left, SqlOrder order, SqlNode right, ReadOnlySpan<byte> properties)
    {
        if (left.Kind is SqlKind.Null or SqlKind.Error)
            return left.Kind == SqlKind.Null ? SqlTruth.Unknown : SqlTruth.Error;
        var other = right.Evaluate(properties);
        if (other.Kind is SqlKind.Null or SqlKind.Error)
            return other.Kind == SqlKind.Null ? SqlTruth.Unknown : SqlTruth.Error;
        return SqlComparison.Order(left, order, other);
    }
}

/// <summary>
/// <c>low &lt;= value AND value &lt;= high</c>, negated <c>value &lt; low OR value &gt; high</c>; a node of its own so
/// that nested ones evaluate their value once and not twice each.
/// </summary>
internal sealed class BetweenNode(SqlNode value, SqlNode low, SqlNode high, bool negated)
    : SqlCondition(1 + Math.Max(value.Depth, Math.Max(low.Depth, high.Depth)))
{
    public override SqlTruth Test(ReadOnlySpan<byte> properties)
    {
        var tested = value.Evaluate(properties);
        var deciding = negated ? SqlTruth.True : SqlTruth.False;
        var first = OrderNode.Test(tested, negated ? SqlOrder.Less : SqlOrder.GreaterOrEqual, low, properties);
        if (first == deciding || first == SqlTruth.Error)
            return first;
        var second = OrderNode.Test(tested, negated ? SqlOrder.Greater : SqlOrder.LessOrEqual, high, properties);
        return second == deciding || second == SqlTruth.Error ? second
            : first == SqlTruth.Unknown ? first
            : second;
    }
}

/// <summary>IN and NOT IN over texts.</summary>
internal sealed class InNode : SqlCondition
{
    private readonly SqlNode _property;
    private readonly byte[][] _sorted;
    private readonly bool _negated;

    public InNode(SqlNode property, IEnumerable<byte[]> values, bool negated) : base(property.Depth + 1)
    {
        _property = property;
        _sorted = [.. values];
        _negated = negated;
        Array.Sort(_sorted, static (a, b) => a.AsSpan().SequenceCompareTo(b));
    }

    public override SqlTruth Test(ReadOnlySpan<byte> properties)
    {
        var value = _property.Evaluate(properties);
        if (value.Kind == SqlKind.Null)
            return SqlTruth.Unknown;
        return Contains(value.Text) != _negated ? SqlTruth.True : SqlTruth.False;
    }

    private bool Contains(ReadOnlySpan<byte> text)
    {
        int low = 0, high = _sorted.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = text.SequenceCompareTo(_sorted[middle]);
            if (order == 0)
                return true;
            if (order < 0)
                high = middle - 1;
            else
                low = middle + 1;
        }
        return false;
    }
}

internal enum SqlSearch : byte
{
    Contains,
    StartsWith,
    EndsWith,
}

/// <summary>
/// CONTAINS, STARTSWITH, ENDSWITH and their NOT forms. Never unknown: with an empty text to look for, or with anything
/// but a text to look in, both the plain and the NOT form are false.
/// </summary>
internal sealed class SearchNode(SqlNode operand, SqlSearch search, byte[] sought, bool negated)
    : SqlCondition(operand.Depth + 1)
{
    public override SqlTruth Test(ReadOnlySpan<byte> properties)
    {
        if (sought.Length == 0)
            return SqlTruth.False;
        var value = operand.Evaluate(properties);
        if (value.Kind != SqlKind.Text)
            return value.Kind == SqlKind.Error ? SqlTruth.Error : SqlTruth.False;
        var found = search switch
        {
            SqlSearch.StartsWith => value.Text.StartsWith(sought),
            SqlSearch.EndsWith => value.Text.EndsWith(sought),
            _ => value.Text.IndexOf(sought) >= 0,
        };
        return found != negated ? SqlTruth.True : SqlTruth.False;
    }
}
