using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace RocketMQ.Protocol.Commands;

/// <summary>
/// A forward reader over one JSON header, and the string writer that goes with it. Own code because it stands on the path of every
/// message: it leaves field text where it stands, copies only what has escapes, and allocates nothing.
/// </summary>
internal ref struct JsonText(ReadOnlySpan<byte> text)
{
    /// <summary>Deeper nesting than any header has; bounds the recursion that skips unknown values.</summary>
    private const int MaxDepth = 32;

    private const string Escaped =
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f";

    private static readonly SearchValues<byte> MustEscape = SearchValues.Create(Encoding.ASCII.GetBytes(Escaped));

    private static readonly SearchValues<char> MustEscapeChars = SearchValues.Create(Escaped);

    private static readonly SearchValues<byte> ValueEnd = SearchValues.Create(",}] \t\r\n"u8);

    private readonly ReadOnlySpan<byte> _text = text;
    private int _position;

    /// <summary>The inside of a string, by its place in a text.</summary>
    private readonly record struct Run(int Start, int Length, bool HasEscapes);

    /// <summary>All that is read.</summary>
    public readonly ReadOnlySpan<byte> Text => _text;

    public readonly string Broken(string wanted) => $"the JSON header has no {wanted} at byte {_position}";

    public bool TryTake(byte expected)
    {
        SkipSpace();
        if (_position < _text.Length && _text[_position] == expected)
        {
            _position++;
            return true;
        }

        return false;
    }

    public bool TryTakeNull() => TryTakeWord("null"u8);

    /// <summary>A member's key as it stands, and its colon.</summary>
    public bool TryReadKey(out ReadOnlySpan<byte> key)
    {
        var read = TryScanString(out var run) && TryTake((byte)':');
        key = Inside(run);
        return read;
    }

    public bool TryReadInt32(out int value)
    {
        SkipSpace();
        var quoted = TryTake((byte)'"');
        if (!Utf8Parser.TryParse(_text[_position..], out value, out var used))
        {
            return TryTakeNull();
        }

        _position += used;
        return !quoted || TryTake((byte)'"');
    }

    /// <summary>A string without escapes, as UTF-8; empty for JSON null.</summary>
    public bool TryReadName(out ReadOnlySpan<byte> name)
    {
        var read = TryScanString(out var run) || TryTakeNull();
        name = Inside(run);
        return read;
    }

    /// <summary>A string, or null for JSON null.</summary>
    public bool TryReadText(out string? value)
    {
        value = null;
        if (TryTakeNull())
        {
            return true;
        }

        if (!TryScanString(out var run))
        {
            return false;
        }

        if (!run.HasEscapes)
        {
            value = Encoding.UTF8.GetString(Inside(run));
            return true;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(run.Length);
        var valid = TryUnescape(Inside(run), buffer, out var length);
        value = valid ? Encoding.UTF8.GetString(buffer, 0, length) : null;
        ArrayPool<byte>.Shared.Return(buffer);
        return valid;
    }

    /// <summary>One member of extFields: strings as they are, numbers and booleans as their text, null as absent.</summary>
    /// <param name="fields">Where it is added. They start with <see cref="Text"/>, so that what stands there need not be copied.</param>
    public bool TryReadField(ExtFields fields)
    {
        if (!TryScanString(out var name) || !TryTake((byte)':') || (name.HasEscapes && !TryUnescapeBehind(fields, ref name)))
        {
            return false;
        }

        SkipSpace();
        Run value;
        if (_position < _text.Length && _text[_position] == (byte)'"')
        {
            if (!TryScanString(out value) || (value.HasEscapes && !TryUnescapeBehind(fields, ref value)))
            {
                return false;
            }
        }
        else
        {
            var start = _position;
            if (TryTakeNull())
            {
                return true;
            }

            if (!TrySkipValue())
            {
                return false;
            }

            value = new Run(start, _position - start, false);
        }

        fields.AddPart(name.Start, name.Length, value.Start, value.Length);
        return true;
    }

    public bool TrySkipValue() => TrySkipValue(0);

    /// <summary>A quoted JSON string: control characters, quotes and backslashes escaped as fastjson escapes them.</summary>
    public static void WriteString(ReadOnlySpan<byte> value, HeaderBuffer output)
    {
        output.Append((byte)'"');
        int special;
        while ((special = value.IndexOfAny(MustEscape)) >= 0)
        {
            output.Append(value[..special]);
            WriteEscape(value[special], output);
            value = value[(special + 1)..];
        }

        output.Append(value);
        output.Append((byte)'"');
    }

    /// <inheritdoc cref="WriteString(ReadOnlySpan{byte}, HeaderBuffer)"/>
    public static void WriteString(string value, HeaderBuffer output)
    {
        if (value.AsSpan().ContainsAny(MustEscapeChars))
        {
            WriteString(Encoding.UTF8.GetBytes(value), output);
            return;
        }

        output.Append((byte)'"');
        output.AppendText(value);
        output.Append((byte)'"');
    }

    private static void WriteEscape(byte character, HeaderBuffer output)
    {
        output.Append((byte)'\\');
        switch (character)
        {
            case (byte)'"' or (byte)'\\':
                output.Append(character);
                break;
            case (byte)'\n':
                output.Append((byte)'n');
                break;
            case (byte)'\r':
                output.Append((byte)'r');
                break;
            case (byte)'\t':
                output.Append((byte)'t');
                break;
            case (byte)'\b':
                output.Append((byte)'b');
                break;
            case (byte)'\f':
                output.Append((byte)'f');
                break;
            default:
                output.Append("u00"u8);
                output.Append((byte)(character < 16 ? '0' : '1'));
                output.Append("0123456789ABCDEF"u8[character & 15]);
                break;
        }
    }

    private readonly ReadOnlySpan<byte> Inside(Run run) => _text.Slice(run.Start, run.Length);

    /// <summary>Writes a run without its escapes behind the fields' text.</summary>
    private readonly bool TryUnescapeBehind(ExtFields fields, ref Run run)
    {
        // Unescaping never lengthens: six bytes of \uXXXX become at most three of UTF-8.
        var valid = TryUnescape(Inside(run), fields.Reserve(run.Length), out var length);
        run = new Run(fields.Claim(length), length, false);
        return valid;
    }

    private static bool TryUnescape(ReadOnlySpan<byte> raw, Span<byte> target, out int length)
    {
        length = 0;
        int backslash;
        while ((backslash = IndexOfStop(raw)) >= 0)
        {
            raw[..backslash].CopyTo(target[length..]);
            length += backslash;
            raw = raw[(backslash + 1)..];
            if (raw.IsEmpty || !TryUnescapeOne(ref raw, target[length..], out var written))
            {
                return false;
            }

            length += written;
        }

        raw.CopyTo(target[length..]);
        length += raw.Length;
        return true;
    }

    private static bool TryUnescapeOne(ref ReadOnlySpan<byte> raw, Span<byte> target, out int written)
    {
        written = 1;
        var kind = raw[0];
        raw = raw[1..];
        switch (kind)
        {
            case (byte)'u':
                return TryUnescapeUnicode(ref raw, target, out written);
            case (byte)'n':
                target[0] = (byte)'\n';
                return true;
            case (byte)'r':
                target[0] = (byte)'\r';
                return true;
            case (byte)'t':
                target[0] = (byte)'\t';
                return true;
            case (byte)'b':
                target[0] = (byte)'\b';
                return true;
            case (byte)'f':
                target[0] = (byte)'\f';
                return true;
            case (byte)'v':
                target[0] = (byte)'\v';
                return true;
            default:
                target[0] = kind;
                return true;
        }
    }

    private static bool TryUnescapeUnicode(ref ReadOnlySpan<byte> raw, Span<byte> target, out int written)
    {
        written = 0;
        if (!TryReadHex4(raw, out var unit))
        {
            return false;
        }

        raw = raw[4..];
        if (unit < 0x80)
        {
            target[0] = (byte)unit;
            written = 1;
            return true;
        }

        var rune = Rune.ReplacementChar;
        if (char.IsHighSurrogate(unit) && raw.StartsWith("\\u"u8) && TryReadHex4(raw[2..], out var low) && char.IsLowSurrogate(low))
        {
            rune = new Rune(unit, low);
            raw = raw[6..];
        }
        else if (Rune.IsValid(unit))
        {
            rune = new Rune(unit);
        }

        written = rune.EncodeToUtf8(target);
        return true;
    }

    private static bool TryReadHex4(ReadOnlySpan<byte> raw, out char unit)
    {
        unit = default;
        if (raw.Length < 4)
        {
            return false;
        }

        var value = (HexDigit(raw[0]) << 12) | (HexDigit(raw[1]) << 8) | (HexDigit(raw[2]) << 4) | HexDigit(raw[3]);
        unit = (char)value;
        return value >= 0;
    }

    private static int HexDigit(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    private bool TrySkipValue(int depth)
    {
        SkipSpace();
        if (_position >= _text.Length || depth > MaxDepth)
        {
            return false;
        }

        switch (_text[_position])
        {
            case (byte)'"':
                return TryScanString(out _);
            case (byte)'{':
                _position++;
                return TrySkipMembers((byte)'}', keyed: true, depth);
            case (byte)'[':
                _position++;
                return TrySkipMembers((byte)']', keyed: false, depth);
            default:
                var length = _text[_position..].IndexOfAny(ValueEnd);
                if (length <= 0)
                {
                    return false;
                }

                _position += length;
                return true;
        }
    }

    private bool TrySkipMembers(byte end, bool keyed, int depth)
    {
        if (TryTake(end))
        {
            return true;
        }

        do
        {
            if ((keyed && !TryReadKey(out _)) || !TrySkipValue(depth + 1))
            {
                return false;
            }
        }
        while (TryTake((byte)','));

        return TryTake(end);
    }

    private bool TryScanString(out Run run)
    {
        run = default;
        if (!TryTake((byte)'"'))
        {
            return false;
        }

        var start = _position;
        var escaped = false;
        while (true)
        {
            var stop = IndexOfStop(_text[_position..]);
            if (stop < 0)
            {
                return false;
            }

            _position += stop;
            if (_text[_position] == (byte)'"')
            {
                run = new Run(start, _position - start, escaped);
                _position++;
                return true;
            }

            escaped = true;
            _position += 2;
            if (_position > _text.Length)
            {
                _position = _text.Length;
                return false;
            }
        }
    }

    /// <summary>The next quote or backslash. Most strings of a header are shorter than a vector: those cost no call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IndexOfStop(ReadOnlySpan<byte> text)
    {
        if (text.Length >= Vector128<byte>.Count)
        {
            var bytes = Vector128.Create(text);
            var stops = Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'));
            if (stops.ExtractMostSignificantBits() is var bits && bits != 0)
            {
                return BitOperations.TrailingZeroCount(bits);
            }
        }

        return text.IndexOfAny((byte)'"', (byte)'\\');
    }

    private bool TryTakeWord(ReadOnlySpan<byte> word)
    {
        SkipSpace();
        if (!_text[_position..].StartsWith(word))
        {
            return false;
        }

        _position += word.Length;
        return true;
    }

    /// <summary>Headers of clients hold none: where there is none, this is a comparison in the caller.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipSpace()
    {
        if (_position < _text.Length && _text[_position] <= (byte)' ')
        {
            SkipSpaces();
        }
    }

    private void SkipSpaces()
    {
        while (_position < _text.Length && _text[_position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _position++;
        }
    }
}
