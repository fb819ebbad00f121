namespace RocketMQ.Protocol.Messages;

/// <summary>Walks the entries of a properties text; see <see cref="PropertyText"/>.</summary>
public ref struct PropertyEnumerator
{
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _name;
    private ReadOnlySpan<byte> _value;

    internal PropertyEnumerator(ReadOnlySpan<byte> properties) => _rest = properties;

    public readonly Entry Current => new(_name, _value);

    public readonly PropertyEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf(PropertyText.ValueEnd);
            var entry = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            var split = entry.IndexOf(PropertyText.NameEnd);
            if (split <= 0 || split == entry.Length - 1)
            {
                continue;
            }
            _name = entry[..split];
            _value = entry[(split + 1)..];
            return true;
        }
        return false;
    }

    /// <summary>One property, in UTF-8.</summary>
    public readonly ref struct Entry(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        public ReadOnlySpan<byte> Name { get; } = name;

        public ReadOnlySpan<byte> Value { get; } = value;
    }
}
