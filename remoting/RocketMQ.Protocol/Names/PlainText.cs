using System.Globalization;
using System.Text;

namespace RocketMQ.Protocol.Names;

/// <summary>
/// Text of others made fit for a log line or a refusal: what ends a line, moves a terminal's cursor or hides letters is written as an
/// escape, so that nobody can write a line that is not theirs.
/// </summary>
public static class PlainText
{
    /// <summary>How much of a text is kept where nothing else is said, in characters.</summary>
    public const int DefaultLength = 512;

    /// <summary>The text itself where there is nothing to escape and it is not longer than that.</summary>
    public static string Of(string? text, int maxLength = DefaultLength)
    {
        if (text is null)
        {
            return "";
        }

        if (text.Length <= maxLength && !NeedsEscapes(text))
        {
            return text;
        }

        var plain = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, maxLength)))
        {
            _ = c switch
            {
                '\n' => plain.Append("\\n"),
                '\r' => plain.Append("\\r"),
                '\t' => plain.Append("\\t"),
                _ when IsHidden(c) => plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => plain.Append(c),
            };
        }

        return text.Length > maxLength ? plain.Append(CultureInfo.InvariantCulture, $"… ({text.Length} characters)").ToString() : plain.ToString();
    }

    public static bool NeedsEscapes(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (IsHidden(c))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Controls, ends of lines and paragraphs, and marks that turn the direction of writing.</summary>
    private static bool IsHidden(char c) => c < ' ' || (c >= '\u007f' && CharUnicodeInfo.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format);
}
