using System.Buffers.Text;
using System.Globalization;

namespace RocketMQ.Broker.Filtering.Sql;

/// <summary>
/// Reads numbers from property values as Java's <c>Integer</c>, <c>Long</c> and <c>Double.valueOf</c> do, which is
/// stricter for integers (no blanks, no fraction) and looser for doubles (blanks around, a d or f behind).
/// Not read: Unicode digits and hexadecimal doubles.
/// </summary>
internal static class JavaNumber
{
    public static bool TryInt(ReadOnlySpan<byte> text, out long value) =>
        TryLong(text, out value) && value is >= int.MinValue and <= int.MaxValue;

    public static bool TryLong(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out var read) && read == text.Length;

    public static bool TryDouble(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        text = Trim(text);
        if (text.IsEmpty)
            return false;
        var negative = text[0] == '-';
        var digits = negative || text[0] == '+' ? text[1..] : text;
        if (digits.SequenceEqual("NaN"u8) || digits.SequenceEqual("Infinity"u8))
        {
            value = digits[0] == 'N' ? double.NaN : negative ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }
        if (digits.Length > 1 && digits[^1] is (byte)'d' or (byte)'D' or (byte)'f' or (byte)'F')
            digits = digits[..^1];
        // The framework also takes words for infinity, and zero bytes at the end: look at both ends first.
        if (digits.IsEmpty || !IsDigitOrPoint(digits[0]) || !IsDigitOrPoint(digits[^1]))
            return false;
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(digits, style, CultureInfo.InvariantCulture, out value))
            return false;
        if (negative)
            value = -value;
        return true;
    }

    /// <summary>Java's order of doubles: -0.0 below 0.0, NaN above all and equal to itself.</summary>
    public static int Compare(double left, double right)
    {
        if (left < right)
            return -1;
        if (left > right)
            return 1;
        return Rank(left).CompareTo(Rank(right));

        static long Rank(double value) => double.IsNaN(value) ? long.MaxValue : BitConverter.DoubleToInt64Bits(value);
    }

    private static bool IsDigitOrPoint(byte c) => char.IsAsciiDigit((char)c) || c == '.';

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0 && text[0] <= ' ')
            text = text[1..];
        while (text.Length > 0 && text[^1] <= ' ')
            text = text[..^1];
        return text;
    }
}
