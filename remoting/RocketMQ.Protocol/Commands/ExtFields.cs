using System.Buffers.Text;
using System.Text;

namespace RocketMQ.Protocol.Commands;

/// <summary>
/// A command's <c>extFields</c> as UTF-8 name/value pairs in one growing buffer, in wire order. Reused from frame to frame on a
/// connection, so reading a request allocates nothing. A JSON header is copied as a whole and its fields lie where they stood in it; only
/// those with escapes are written behind it.
/// </summary>
public sealed class ExtFields : IFieldSink
{
    /// <summary>Most fields a header may have; Apache's largest has some twenty. Bounds the look for repeated ones.</summary>
    public const int MaxCount = 256;

    /// <summary>Of a buffer that is kept for the next header.</summary>
    private const int MaxKeptLength = 64 * 1024;

    private byte[] _text = [];
    private int _textLength;
    private Slot[] _slots = [];

    /// <summary>A bit for each name, and whether two had the same.</summary>
    private ulong _names;
    private bool _mayRepeat;

    private readonly record struct Slot(int NameStart, int NameLength, int ValueStart, int ValueLength);

    public int Count { get; private set; }

    internal int TextLength => _textLength;

    /// <summary>See <see cref="RemotingCommand.Defect"/>. It stands here because commands are made by the million and these are reused.</summary>
    internal string? Defect { get; set; }

    /// <summary>The value of a field, decoded; <see langword="null"/> if absent.</summary>
    public string? this[string name] => TryGet(Encoding.UTF8.GetBytes(name), out var value) ? Encoding.UTF8.GetString(value.Span) : null;

    public void Clear()
    {
        Count = 0;
        Defect = null;
        _textLength = 0;
        _names = 0;
        _mayRepeat = false;
    }

    internal void Trim()
    {
        if (_text.Length > MaxKeptLength)
        {
            Clear();
            _text = [];
        }
    }

    public void Add(string name, string value)
    {
        Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
    }

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var target = Reserve(name.Length + value.Length);
        name.CopyTo(target);
        value.CopyTo(target[name.Length..]);
        var start = Claim(name.Length + value.Length);
        AddPart(start, name.Length, start + name.Length, value.Length);
    }

    /// <summary>Finds a field by its exact name. The value borrows this buffer until the next <see cref="Clear"/>.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> value)
    {
        var hint = 0;
        var at = Find(name, ref hint);
        value = at < 0 ? default : MemoryAt(at);
        return at >= 0;
    }

    /// <summary>
    /// The slot of a field, negative when there is none. Looked for from <paramref name="hint"/> on: headers are mostly read in the order they
    /// were written, so the next field is usually in the next slot.
    /// </summary>
    internal int Find(ReadOnlySpan<byte> name, ref int hint)
    {
        for (var i = 0; i < Count; i++)
        {
            var at = hint + i < Count ? hint + i : hint + i - Count;
            var own = NameAt(at);

            // The hottest header names its fields with a letter each: that is no case for a call.
            if (own.Length == name.Length && (own.Length == 1 ? own[0] == name[0] : own.SequenceEqual(name)))
            {
                hint = at + 1 < Count ? at + 1 : 0;
                return at;
            }
        }

        return -1;
    }

    /// <summary>A field whose name an earlier one has, negative when there is none. Costs nothing where no two names have a bit in common.</summary>
    internal int FindRepeated()
    {
        for (var at = 1; _mayRepeat && at < Count; at++)
        {
            var name = NameAt(at);
            for (var earlier = 0; earlier < at; earlier++)
            {
                if (_slots[earlier].NameLength == name.Length && NameAt(earlier).SequenceEqual(name))
                {
                    return at;
                }
            }
        }

        return -1;
    }

    public ReadOnlySpan<byte> NameAt(int index) => _text.AsSpan(_slots[index].NameStart, _slots[index].NameLength);

    public ReadOnlySpan<byte> ValueAt(int index) => _text.AsSpan(_slots[index].ValueStart, _slots[index].ValueLength);

    internal ReadOnlyMemory<byte> MemoryAt(int index) => _text.AsMemory(_slots[index].ValueStart, _slots[index].ValueLength);

    /// <summary>The fields as strings, for tools, tests and signatures.</summary>
    public Dictionary<string, string> ToDictionary()
    {
        var result = new Dictionary<string, string>(Count, StringComparer.Ordinal);
        for (var i = 0; i < Count; i++)
        {
            result[Encoding.UTF8.GetString(NameAt(i))] = Encoding.UTF8.GetString(ValueAt(i));
        }

        return result;
    }

    /// <summary>Starts with a text that fields are going to be parts of, unless it did.</summary>
    internal void StartWith(ReadOnlySpan<byte> text)
    {
        if (_textLength == 0)
        {
            text.CopyTo(Reserve(text.Length));
            Claim(text.Length);
        }
    }

    /// <summary>Room for <paramref name="length"/> bytes behind the text, to be claimed.</summary>
    internal Span<byte> Reserve(int length)
    {
        if (_text.Length - _textLength < length)
        {
            Array.Resize(ref _text, Math.Max(Math.Max(_text.Length * 2, 512), _textLength + length));
        }

        return _text.AsSpan(_textLength, length);
    }

    /// <summary>Makes reserved bytes part of the text; where they start in it.</summary>
    internal int Claim(int length)
    {
        var start = _textLength;
        _textLength += length;
        return start;
    }

    /// <summary>Makes parts of the text a field.</summary>
    internal void AddPart(int nameStart, int nameLength, int valueStart, int valueLength)
    {
        if (Count == _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(_slots.Length * 2, 16));
        }

        // Distinct for names of one letter, and for most others of a header.
        var bit = nameLength == 0
            ? 1UL
            : 1UL << ((_text[nameStart] + (_text[nameStart + nameLength - 1] * 7 * (nameLength - 1))) & 63);
        _mayRepeat |= (_names & bit) != 0;
        _names |= bit;
        _slots[Count++] = new Slot(nameStart, nameLength, valueStart, valueLength);
    }

    void IFieldSink.Add(ReadOnlySpan<byte> name, string value) => Add(name, Encoding.UTF8.GetBytes(value));

    void IFieldSink.Add(ReadOnlySpan<byte> name, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        Add(name, digits[..length]);
    }
}
