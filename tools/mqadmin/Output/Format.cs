using System.Collections;
using System.Globalization;
using System.Text;

namespace RocketMQ.MqAdmin.Output;

/// <summary>Values as text, the same on every machine but for the time zone.</summary>
internal static class Format
{
    public static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool truth => truth ? "true" : "false",
        double number => number.ToString("0.00", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture),
        IDictionary map => string.Join(", ", map.Keys.Cast<object>().Select(k => $"{Text(k)}={Text(map[k])}")),
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Text)),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    public static bool IsNumber(object? value) => value is int or long or double or float or short or byte or decimal;

    /// <summary>A time in ms since 1970 as servers send it; <see langword="null"/> for 0, which means none.</summary>
    public static DateTimeOffset? Time(long timestampMs) =>
        timestampMs <= 0 || timestampMs > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? null : DateTimeOffset.FromUnixTimeMilliseconds(timestampMs);

    /// <summary>A text in lines of at most this width. Words stay whole, and one that is longer has a line to itself.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }

    /// <summary>Lines of names and values, the names padded to one width.</summary>
    public static string Lines(IEnumerable<KeyValuePair<string, string>> values, int width, string separator) =>
        string.Join('\n', values.Select(v => $"{v.Key.PadRight(width)}{separator}{v.Value}"));
}
