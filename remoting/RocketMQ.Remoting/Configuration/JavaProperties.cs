using System.Globalization;
using System.Text;

namespace RocketMQ.Remoting.Configuration;

/// <summary>
/// A Java properties file: <c>key=value</c> lines with <c>#</c> and <c>!</c> comments, <c>:</c> or white space as other separators,
/// backslash escapes and continued lines. Remembers the line of each key; of equal keys the last wins.
/// </summary>
public sealed class JavaProperties
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private JavaProperties(string source) => Source = source;

    /// <summary>A value and the line it stands on, from 1; 0 for one that was not read from a file.</summary>
    public readonly record struct Entry(string Value, int Line);

    public static JavaProperties Empty { get; } = new("");

    /// <summary>Where the properties came from, for messages.</summary>
    public string Source { get; }

    public IReadOnlyDictionary<string, Entry> Entries => _entries;

    /// <exception cref="ConfigurationException">The file can't be read.</exception>
    public static JavaProperties Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} can't be read: {e.Message}");
        }
    }

    public static JavaProperties Parse(string text, string source)
    {
        var result = new JavaProperties(source);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var first = i + 1;
            var line = lines[i].TrimEnd('\r').TrimStart(' ', '\t', '\f');
            if (line.Length == 0 || line[0] is '#' or '!')
            {
                continue;
            }

            var (key, value) = Split(IsContinued(line) ? Joined(line, lines, ref i) : line);
            result._entries[key] = new Entry(value, first);
        }

        return result;
    }

    /// <summary>These properties with some set anew, as by the command line.</summary>
    public JavaProperties With(IEnumerable<KeyValuePair<string, string>> values)
    {
        var result = new JavaProperties(Source);
        foreach (var (key, entry) in _entries)
        {
            result._entries[key] = entry;
        }

        foreach (var (key, value) in values)
        {
            result._entries[key] = new Entry(value, 0);
        }

        return result;
    }

    /// <summary>
    /// A file's text with some keys set anew where they stand and others added at its end. Comments, order and everything else stay.
    /// </summary>
    public static string Edit(string text, IEnumerable<KeyValuePair<string, string>> changes)
    {
        var left = new Dictionary<string, string>(changes, StringComparer.Ordinal);
        var lines = text.Length == 0 ? [] : text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').ToList();
        foreach (var (key, entry) in Parse(text, "").Entries)
        {
            if (left.Remove(key, out var value))
            {
                var end = entry.Line;
                while (end < lines.Count && IsContinued(lines[end - 1]))
                {
                    lines[end++] = "";
                }

                lines[entry.Line - 1] = Line(key, value);
            }
        }

        lines.AddRange(left.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => Line(c.Key, c.Value)));
        return string.Concat(lines.Select(line => line + "\n"));
    }

    /// <summary>A line and those that continue it; each is copied once, however many there are.</summary>
    private static string Joined(string line, string[] lines, ref int i)
    {
        var joined = new StringBuilder();
        while (IsContinued(line) && i + 1 < lines.Length)
        {
            joined.Append(line.AsSpan(0, line.Length - 1));
            line = lines[++i].TrimEnd('\r').TrimStart(' ', '\t', '\f');
        }

        return joined.Append(line).ToString();
    }

    private static string Line(string key, string value) =>
        $"{key}={value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)}";

    private static bool IsContinued(string line) => (line.Length - line.TrimEnd('\\').Length) % 2 == 1;

    private static (string Key, string Value) Split(string line)
    {
        var end = 0;
        while (end < line.Length && line[end] is not ('=' or ':' or ' ' or '\t' or '\f'))
        {
            end += line[end] == '\\' ? 2 : 1;
        }

        end = Math.Min(end, line.Length);
        var value = line[end..].TrimStart(' ', '\t', '\f');
        if (value.Length > 0 && value[0] is '=' or ':')
        {
            value = value[1..].TrimStart(' ', '\t', '\f');
        }

        return (Unescape(line[..end]), Unescape(value).TrimEnd());
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            if (text[i] == 'u' && ushort.TryParse(text.AsSpan(i + 1, Math.Min(4, text.Length - i - 1)), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var unit))
            {
                result.Append((char)unit);
                i += 4;
            }
            else
            {
                result.Append(text[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', var other => other });
            }
        }

        return result.ToString();
    }
}
