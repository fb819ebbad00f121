namespace RocketMQ.Protocol.Commands;

/// <summary>Writes a header's declared fields as text into <see cref="ExtFields"/>, from where either serialisation copies them.</summary>
internal readonly struct HeaderFieldCollector(ExtFields target) : IHeaderFields
{
    public void Required(ReadOnlySpan<byte> name, ref string value) => Write(name, value);

    public void Required(ReadOnlySpan<byte> name, ref int value) => target.AddNumber(name, value);

    public void Required(ReadOnlySpan<byte> name, ref long value) => target.AddNumber(name, value);

    public void Required(ReadOnlySpan<byte> name, ref bool value) => Write(name, value);

    public void Optional(ReadOnlySpan<byte> name, ref string? value) => Write(name, value);

    public void Optional(ReadOnlySpan<byte> name, ref int value) => target.AddNumber(name, value);

    public void Optional(ReadOnlySpan<byte> name, ref int? value)
    {
        if (value is { } number)
        {
            target.AddNumber(name, number);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref long value) => target.AddNumber(name, value);

    public void Optional(ReadOnlySpan<byte> name, ref long? value)
    {
        if (value is { } number)
        {
            target.AddNumber(name, number);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref bool value) => Write(name, value);

    public void Optional(ReadOnlySpan<byte> name, ref bool? value)
    {
        if (value is { } truth)
        {
            Write(name, truth);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref ReadOnlyMemory<byte> value)
    {
        if (!value.IsEmpty)
        {
            target.Add(name, value.Span);
        }
    }

    private void Write(ReadOnlySpan<byte> name, bool value) => target.Add(name, value ? "true"u8 : "false"u8);

    private void Write(ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
        {
            return;
        }

        var length = System.Text.Encoding.UTF8.GetByteCount(value);
        var room = target.Reserve(name.Length + length);
        name.CopyTo(room);
        System.Text.Encoding.UTF8.GetBytes(value, room[name.Length..]);
        target.Commit(name.Length, length);
    }
}
