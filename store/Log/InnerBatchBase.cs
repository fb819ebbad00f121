using System.Buffers.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Log;

/// <summary>
/// Properties to which INNER_BASE is added, the offset of the first message of a batch that is one record. The offset is known under the append lock
/// alone: all but its digits is made before.
/// </summary>
internal readonly ref struct InnerBatchBase
{
    private const int MaxDigits = 19;

    private readonly byte[]? _bytes;
    private readonly int _numberAt;

    public InnerBatchBase(ReadOnlySpan<byte> properties)
    {
        var name = PropertyNames.Utf8.InnerBatchBase;
        Span<byte> longest = stackalloc byte[name.Length + MaxDigits + 2];
        name.CopyTo(longest);
        longest[name.Length] = PropertyText.NameEnd;
        longest[(name.Length + 1)..].Fill((byte)'0');
        longest[^1] = PropertyText.ValueEnd;
        _bytes = new byte[PropertyText.JoinedLength(properties, longest)];
        PropertyText.WriteJoined(_bytes, properties, longest);
        _numberAt = _bytes.Length - MaxDigits - 1;
    }

    public bool IsNone => _bytes is null;

    /// <summary>What they come to at most.</summary>
    public ReadOnlySpan<byte> Longest => _bytes;

    public ReadOnlySpan<byte> For(long offset)
    {
        Utf8Formatter.TryFormat(offset, _bytes.AsSpan(_numberAt), out var digits);
        _bytes![_numberAt + digits] = PropertyText.ValueEnd;
        return _bytes.AsSpan(0, _numberAt + digits + 1);
    }
}
