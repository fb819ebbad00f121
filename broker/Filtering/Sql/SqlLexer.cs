using System.Diagnostics.CodeAnalysis;

namespace RocketMQ.Broker.Filtering.Sql;

/// <summary>
/// Cuts an expression into tokens, each the longest that fits. Keywords go by in any case; names are ASCII letters,
/// digits, <c>_</c> and <c>$</c>. Blanks, <c>/* … */</c> and <c>-- …</c> up to the end of the line are skipped; two
/// minus signs on the last line are two minus signs.
/// </summary>
internal ref struct SqlLexer(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private readonly int _lastLineEnd = text.LastIndexOfAny('\n', '\r');
    private int _next;

    /// <summary>The tokens, the last of them <see cref="SqlTokenKind.End"/>.</summary>
    public static bool TryRead(string text, out List<SqlToken> tokens, [NotNullWhen(false)] out string? reason)
    {
        tokens = [];
        var lexer = new SqlLexer(text);
        do
        {
            if (!lexer.TryNext(out var token, out reason))
                return false;
            tokens.Add(token);
        }
        while (tokens[^1].Kind != SqlTokenKind.End);
        reason = null;
        return true;
    }

    private bool TryNext(out SqlToken token, [NotNullWhen(false)] out string? reason)
    {
        reason = null;
        SkipBlanksAndComments();
        var start = _next;
        var kind = start == _text.Length ? SqlTokenKind.End : Scan();
        token = new SqlToken(kind ?? default, start, _next - start);
        if (kind is not null)
            return true;
        reason = _text[start] == '\''
            ? $"position {start + 1}: the text that starts here has no closing quote"
            : $"position {start + 1}: unexpected character '{_text[start]}'";
        return false;
    }

    private void SkipBlanksAndComments()
    {
        while (_next < _text.Length)
        {
            var rest = _text[_next..];
            var skip = rest[0] is ' ' or '\t' or '\n' or '\r' or '\f' ? 1
                : _next < _lastLineEnd && rest.StartsWith("--") ? rest.IndexOfAny('\n', '\r') + 1
                : rest.StartsWith("/*") ? LengthOfBlockComment(rest)
                : 0;
            if (skip == 0)
                return;
            _next += skip;
        }
    }

    private static int LengthOfBlockComment(ReadOnlySpan<char> rest)
    {
        var close = rest[2..].IndexOf("*/");
        return close < 0 ? 0 : close + 4;
    }

    /// <summary>Moves behind the token that starts here; null if none does.</summary>
    private SqlTokenKind? Scan()
    {
        var first = _text[_next];
        if (IsNameStart(first))
            return ScanWord();
        if (char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(Peek(1))))
            return ScanNumber();
        return first switch
        {
            '\'' => ScanText(),
            '=' => Take(SqlTokenKind.Equal, 1),
            '<' when Peek(1) == '>' => Take(SqlTokenKind.NotEqual, 2),
            '<' when Peek(1) == '=' => Take(SqlTokenKind.LessOrEqual, 2),
            '<' => Take(SqlTokenKind.Less, 1),
            '>' when Peek(1) == '=' => Take(SqlTokenKind.GreaterOrEqual, 2),
            '>' => Take(SqlTokenKind.Greater, 1),
            '(' => Take(SqlTokenKind.Open, 1),
            ')' => Take(SqlTokenKind.Close, 1),
            ',' => Take(SqlTokenKind.Comma, 1),
            '+' => Take(SqlTokenKind.Plus, 1),
            '-' => Take(SqlTokenKind.Minus, 1),
            _ => null,
        };
    }

    private SqlTokenKind ScanWord()
    {
        var start = _next;
        while (IsNameStart(Peek(0)) || char.IsAsciiDigit(Peek(0)))
            _next++;
        return KindOfWord(_text[start.._next]);
    }

    private static SqlTokenKind KindOfWord(ReadOnlySpan<char> word)
    {
        Span<char> upper = stackalloc char["STARTSWITH".Length];
        if (word.ToUpperInvariant(upper) < 0)
            return SqlTokenKind.Name;
        return upper[..word.Length] switch
        {
            "NOT" => SqlTokenKind.Not,
            "AND" => SqlTokenKind.And,
            "OR" => SqlTokenKind.Or,
            "BETWEEN" => SqlTokenKind.Between,
            "IN" => SqlTokenKind.In,
            "TRUE" => SqlTokenKind.True,
            "FALSE" => SqlTokenKind.False,
            "NULL" => SqlTokenKind.Null,
            "IS" => SqlTokenKind.Is,
            "CONTAINS" => SqlTokenKind.Contains,
            "STARTSWITH" => SqlTokenKind.StartsWith,
            "ENDSWITH" => SqlTokenKind.EndsWith,
            _ => SqlTokenKind.Name,
        };
    }

    /// <summary>An integer is 0 or starts with 1 to 9 and may end in L; a fraction has a point or an exponent.</summary>
    private SqlTokenKind ScanNumber()
    {
        var start = _next;
        SkipDigits();
        var point = Peek(0) == '.';
        if (point)
        {
            _next++;
            SkipDigits();
        }
        if (SkipExponent() || point)
            return SqlTokenKind.Fraction;
        if (_text[start] == '0')
            _next = start + 1;
        else if (Peek(0) is 'l' or 'L')
            _next++;
        return SqlTokenKind.Integer;
    }

    private bool SkipExponent()
    {
        if (Peek(0) is not ('e' or 'E'))
            return false;
        var sign = Peek(1) is '+' or '-' ? 1 : 0;
        if (!char.IsAsciiDigit(Peek(1 + sign)))
            return false;
        _next += 1 + sign;
        SkipDigits();
        return true;
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek(0)))
            _next++;
    }

    /// <summary>A quote inside a text is written twice.</summary>
    private SqlTokenKind? ScanText()
    {
        var end = _next + 1;
        while (true)
        {
            var quote = _text[end..].IndexOf('\'');
            if (quote < 0)
                return null;
            end += quote + 1;
            if (end == _text.Length || _text[end] != '\'')
                break;
            end++;
        }
        _next = end;
        return SqlTokenKind.Text;
    }

    private SqlTokenKind Take(SqlTokenKind kind, int length)
    {
        _next += length;
        return kind;
    }

    private readonly char Peek(int ahead) => _next + ahead < _text.Length ? _text[_next + ahead] : '\0';

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' or '$';
}
