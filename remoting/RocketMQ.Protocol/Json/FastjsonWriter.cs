using System.Buffers;
using System.Globalization;
using System.Text;
using Newtonsoft.Json;

namespace RocketMQ.Protocol.Json;

/// <summary>
/// Prints what fastjson 1.2 prints, byte for byte: its escapes, its doubles, bare keys, and where the pretty form breaks lines.
/// </summary>
internal sealed class FastjsonWriter : JsonTextWriter
{
    /// <summary>What no style escapes.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !#$%&'()*+,-.0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly JsonStyle _style;
    private readonly Stack<Lines> _containers = new();
    private Lines _next = Lines.Each;
    private bool _closing;

    public FastjsonWriter(TextWriter text, JsonStyle style)
        : base(text)
    {
        _style = style;
        CloseOutput = false;
        QuoteName = false; // Names come quoted and escaped, or bare.
        IndentChar = '\t';
        Indentation = 1;
        Formatting = style == JsonStyle.Pretty ? Formatting.Indented : Formatting.None;
    }

    /// <summary>Where the pretty form breaks lines inside a container.</summary>
    private enum Lines
    {
        /// <summary>Before each item and before the end.</summary>
        Each,

        /// <summary>Before the end alone: maps with keys that are not texts.</summary>
        End,

        /// <summary>Nowhere: sets and arrays.</summary>
        None,
    }

    public void WriteStartMap(bool hasTextKeys)
    {
        _next = hasTextKeys ? Lines.Each : Lines.End;
        WriteStartObject();
    }

    public void WriteStartList(bool onOneLine)
    {
        _next = onOneLine ? Lines.None : Lines.Each;
        OpenArray();
    }

    /// <summary>A key that is not a text: as it is, or as the text of itself in standard JSON.</summary>
    public void WriteBareName(string json) => base.WritePropertyName(_style == JsonStyle.Standard ? Quote(json) : json, escape: false);

    public override void WriteStartObject()
    {
        base.WriteStartObject();
        EnterContainer();
    }

    // Where no converter says otherwise this is a Java array.
    public override void WriteStartArray() => WriteStartList(onOneLine: true);

    public override void WriteEndObject()
    {
        _closing = true;
        base.WriteEndObject();
        LeaveContainer();
    }

    public override void WriteEndArray()
    {
        _closing = true;
        base.WriteEndArray();
        LeaveContainer();
    }

    public override void WritePropertyName(string name) => base.WritePropertyName(Quote(name), escape: false);

    public override void WritePropertyName(string name, bool escape) => WritePropertyName(name);

    public override void WriteValue(string? value)
    {
        if (value is null)
        {
            WriteNull();
        }
        else
        {
            WriteRawValue(Quote(value));
        }
    }

    public override void WriteValue(double value)
    {
        if (double.IsFinite(value))
        {
            WriteRawValue(JavaDouble(value));
        }
        else
        {
            WriteNull();
        }
    }

    protected override void WriteIndent()
    {
        var lines = _containers.Count == 0 ? Lines.None : _containers.Peek();
        if (lines == Lines.Each || (lines == Lines.End && _closing))
        {
            base.WriteIndent();
        }
    }

    // No space after the colon.
    protected override void WriteIndentSpace()
    {
    }

    private void OpenArray()
    {
        base.WriteStartArray();
        EnterContainer();
    }

    private void EnterContainer()
    {
        _containers.Push(_next);
        _next = Lines.Each;
    }

    private void LeaveContainer()
    {
        _closing = false;
        _containers.Pop();
    }

    private string Quote(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return $"\"{text}\"";
        }

        var output = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => output.Append("\\\""),
                '\\' => output.Append("\\\\"),
                '\b' => output.Append("\\b"),
                '\t' => output.Append("\\t"),
                '\n' => output.Append("\\n"),
                '\f' => output.Append("\\f"),
                '\r' => output.Append("\\r"),
                '/' when _style == JsonStyle.Standard => output.Append("\\/"),
                _ when IsSpelt(c) => output.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture)),
                _ => output.Append(c),
            };
        }

        return output.Append('"').ToString();
    }

    private bool IsSpelt(char c) =>
        c < ' ' || (_style == JsonStyle.Standard ? c >= 0x7F : c is (>= (char)0x7F and < (char)0xA0) or '\u2028' or '\u2029');

    /// <summary>Java's shortest form: <c>1.0</c>, <c>0.001</c>, and <c>1.0E7</c> from 10⁷ on and below 10⁻³.</summary>
    private static string JavaDouble(double value)
    {
        var magnitude = Math.Abs(value);
        if (magnitude is 0 or (>= 1e-3 and < 1e7))
        {
            var plain = value.ToString("R", CultureInfo.InvariantCulture);
            return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
        }

        var parts = value.ToString("E16", CultureInfo.InvariantCulture).Split('E');
        var exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var sign = shortest.StartsWith('-') ? "-" : "";
        var digits = new string([.. shortest.Split('E')[0].Where(char.IsAsciiDigit)]).TrimStart('0').TrimEnd('0');
        return $"{sign}{digits[0]}.{(digits.Length > 1 ? digits[1..] : "0")}E{exponent}";
    }
}
