using System.Text;

namespace RocketMQ.Protocol.Json;

/// <summary>
/// Turns keys that a JSON reader does not take — whole objects and negative numbers — into quoted texts of themselves:
/// <c>{{"queueId":0}:1}</c> becomes <c>{"{\"queueId\":0}":1}</c>. A text without such keys comes back as it is.
/// </summary>
internal ref struct ObjectKeys
{
    private readonly string _text;
    private StringBuilder? _output;
    private int _copied;
    private int _at;

    // One bit a level, the innermost lowest: is it an object? 64 levels are the limit of every text.
    private ulong _objects;
    private int _depth;
    private bool _keyExpected;

    private ObjectKeys(string text) => _text = text;

    /// <exception cref="RemotingJsonException">The text nests too deep, or a key does not end.</exception>
    public static string Quote(string text) => new ObjectKeys(text).Run();

    private string Run()
    {
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (_keyExpected && c is '{' or '-')
            {
                QuoteKey(c == '{' ? EndOfObject() : EndOfNumber());
                continue;
            }

            switch (c)
            {
                case '{':
                    Open(isObject: true);
                    break;
                case '[':
                    Open(isObject: false);
                    break;
                case '}' or ']':
                    _objects >>= 1;
                    _depth = Math.Max(0, _depth - 1);
                    _keyExpected = false;
                    break;
                case ',':
                    _keyExpected = (_objects & 1) != 0;
                    break;
                case ':':
                    _keyExpected = false;
                    break;
            }

            _at = Past(_at);
        }

        return _output is null ? _text : _output.Append(_text, _copied, _text.Length - _copied).ToString();
    }

    private void Open(bool isObject)
    {
        if (++_depth > RemotingJson.MaxDepth)
        {
            throw new RemotingJsonException($"This JSON nests deeper than {RemotingJson.MaxDepth} levels at position {_at}.");
        }

        _objects = (_objects << 1) | (isObject ? 1UL : 0);
        _keyExpected = isObject;
    }

    private void QuoteKey(int end)
    {
        _output ??= new StringBuilder(_text.Length + 64);
        _output.Append(_text, _copied, _at - _copied).Append('"');
        foreach (var c in _text.AsSpan(_at, end - _at))
        {
            if (c is '"' or '\\')
            {
                _output.Append('\\');
            }

            _output.Append(c);
        }

        _output.Append('"');
        _copied = _at = end;
        _keyExpected = false;
    }

    private readonly int EndOfNumber()
    {
        var end = _at;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] is '-' or '+' or '.'))
        {
            end++;
        }

        return end;
    }

    private readonly int EndOfObject()
    {
        var depth = 0;
        for (var end = _at; end < _text.Length; end = Past(end))
        {
            depth += _text[end] switch
            {
                '{' or '[' => 1,
                '}' or ']' => -1,
                _ => 0,
            };
            if (depth == 0)
            {
                return end + 1;
            }
        }

        throw new RemotingJsonException($"The key that begins at position {_at} of this JSON does not end.");
    }

    /// <summary>The position after the character, string or comment at <paramref name="at"/>.</summary>
    private readonly int Past(int at) => _text[at] switch
    {
        '"' or '\'' => PastString(at),
        '/' when at + 1 < _text.Length && _text[at + 1] == '*' => PastText(at + 2, "*/"),
        '/' when at + 1 < _text.Length && _text[at + 1] == '/' => PastText(at + 2, "\n"),
        _ => at + 1,
    };

    private readonly int PastString(int start)
    {
        for (var at = start + 1; at < _text.Length; at++)
        {
            if (_text[at] == _text[start])
            {
                return at + 1;
            }

            if (_text[at] == '\\')
            {
                at++;
            }
        }

        return _text.Length;
    }

    private readonly int PastText(int from, string end)
    {
        var at = from <= _text.Length ? _text.IndexOf(end, from, StringComparison.Ordinal) : -1;
        return at < 0 ? _text.Length : at + end.Length;
    }
}
