namespace RocketMQ.Protocol.Commands;

/// <summary>Writes a header's declared fields, those that have a value.</summary>
internal readonly struct HeaderFieldWriter<TSink>(TSink target) : IHeaderFields
    where TSink : IFieldSink
{
    public void Required(ReadOnlySpan<byte> name, ref string value) => target.Add(name, value);

    public void Required(ReadOnlySpan<byte> name, ref int value) => target.Add(name, value);

    public void Required(ReadOnlySpan<byte> name, ref long value) => target.Add(name, value);

    public void Required(ReadOnlySpan<byte> name, ref bool value) => Write(name, value);

    public void Expected(ReadOnlySpan<byte> name, ref string value) => Optional(name, ref value!);

    public void Expected(ReadOnlySpan<byte> name, ref int value) => Optional(name, ref value);

    public void Expected(ReadOnlySpan<byte> name, ref int? value) => Optional(name, ref value);

    public void Expected(ReadOnlySpan<byte> name, ref long value) => Optional(name, ref value);

    public void Expected(ReadOnlySpan<byte> name, ref long? value) => Optional(name, ref value);

    public void Expected(ReadOnlySpan<byte> name, ref bool value) => Optional(name, ref value);

    public void Optional(ReadOnlySpan<byte> name, ref string? value)
    {
        if (value is not null)
        {
            target.Add(name, value);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref int value) => target.Add(name, value);

    public void Optional(ReadOnlySpan<byte> name, ref int? value)
    {
        if (value is { } number)
        {
            target.Add(name, number);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref long value) => target.Add(name, value);

    public void Optional(ReadOnlySpan<byte> name, ref long? value)
    {
        if (value is { } number)
        {
            target.Add(name, number);
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
}
