using System.Text;

namespace RocketMQ.Broker.Filtering.Sql;

/// <summary>
/// Comparing two values of possibly different types: a text takes the type of what stands beside it, an int widens to
/// long and both to double.
/// </summary>
internal static class SqlComparison
{
    public static SqlTruth Equal(in SqlValue left, in SqlValue right)
    {
        if (left.Kind == SqlKind.Error || right.Kind == SqlKind.Error)
            return SqlTruth.Error;
        // Two absent values are equal; an absent left side alone is unknown, an absent right side alone is unequal.
        if (left.Kind == SqlKind.Null)
            return right.Kind == SqlKind.Null ? SqlTruth.True : SqlTruth.Unknown;
        if (right.Kind == SqlKind.Null)
            return SqlTruth.False;
        if (left.Kind == SqlKind.Text && right.Kind == SqlKind.Text)
            return Of(left.Text.SequenceEqual(right.Text));
        if (left.Kind == SqlKind.Truth || right.Kind == SqlKind.Truth)
            return EqualTruths(left, right);
        return TryCompareNumbers(left, right, out var order) ? Of(order == 0) : SqlTruth.Error;
    }

    public static SqlTruth Order(in SqlValue left, SqlOrder order, in SqlValue right)
    {
        if (!TryCompareNumbers(left, right, out var compared))
            return SqlTruth.Error;
        return Of(order switch
        {
            SqlOrder.Less => compared < 0,
            SqlOrder.LessOrEqual => compared <= 0,
            SqlOrder.Greater => compared > 0,
            _ => compared >= 0,
        });
    }

    /// <summary>Both values are present. False if a text among them is no number of the type it should have.</summary>
    public static bool TryCompareNumbers(in SqlValue left, in SqlValue right, out int order)
    {
        order = 0;
        if (left.Kind == SqlKind.Text)
        {
            var kind = right.Kind == SqlKind.Text ? SqlKind.Double : right.Kind;
            return TryConvert(left.Text, kind, out var number) && TryCompareNumbers(number, right, out order);
        }
        if (right.Kind == SqlKind.Text)
            return TryConvert(right.Text, left.Kind, out var number) && TryCompareNumbers(left, number, out order);
        if (!left.IsNumber || !right.IsNumber)
            return false;
        order = left.Kind == SqlKind.Double || right.Kind == SqlKind.Double
            ? JavaNumber.Compare(left.Double, right.Double)
            : left.Integer.CompareTo(right.Integer);
        return true;
    }

    /// <summary>
    /// A property reads as TRUE if it spells true, in whatever case, and as FALSE otherwise. The other way round, a
    /// truth on the left and a text on the right, is an error: the Java broker's conversion fails there.
    /// </summary>
    private static SqlTruth EqualTruths(in SqlValue left, in SqlValue right)
    {
        if (left.Kind == SqlKind.Text)
            return Of(Ascii.EqualsIgnoreCase(left.Text, "true"u8) == right.Truth);
        if (right.Kind == SqlKind.Text)
            return SqlTruth.Error;
        return Of(left.Kind == right.Kind && left.Truth == right.Truth);
    }

    private static bool TryConvert(ReadOnlySpan<byte> text, SqlKind kind, out SqlValue number)
    {
        number = default;
        if (kind == SqlKind.Double)
        {
            if (!JavaNumber.TryDouble(text, out var value))
                return false;
            number = SqlValue.Of(value);
            return true;
        }
        long integer = 0;
        var read = kind switch
        {
            SqlKind.Int => JavaNumber.TryInt(text, out integer),
            SqlKind.Long => JavaNumber.TryLong(text, out integer),
            _ => false,
        };
        number = SqlValue.Of(kind, integer);
        return read;
    }

    private static SqlTruth Of(bool value) => value ? SqlTruth.True : SqlTruth.False;
}
