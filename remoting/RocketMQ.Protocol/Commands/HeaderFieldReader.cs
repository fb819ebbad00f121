using System.Buffers.Text;
using System.Text;

namespace RocketMQ.Protocol.Commands;

/// <summary>Reads a header's declared fields from the received ones.</summary>
public struct HeaderFieldReader(ExtFields? fields) : IHeaderFields
{
    private int _hint;

    public void Required(ReadOnlySpan<byte> name, ref string value) => value = Text(Find(name));

    public void Required(ReadOnlySpan<byte> name, ref int value) => value = Int(name, Find(name));

    public void Required(ReadOnlySpan<byte> name, ref long value) => value = Long(name, Find(name));

    public void Required(ReadOnlySpan<byte> name, ref bool value) => value = Bool(Find(name));

    public void Optional(ReadOnlySpan<byte> name, ref string? value)
    {
        if (TryFind(name, out var found))
        {
            value = Text(found);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref int value)
    {
        if (TryFind(name, out var found))
        {
            value = Int(name, found);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref int? value)
    {
        if (TryFind(name, out var found))
        {
            value = Int(name, found);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref long value)
    {
        if (TryFind(name, out var found))
        {
            value = Long(name, found);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref long? value)
    {
        if (TryFind(name, out var found))
        {
            value = Long(name, found);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref bool value)
    {
        if (TryFind(name, out var found))
        {
            value = Bool(found);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref bool? value)
    {
        if (TryFind(name, out var found))
        {
            value = Bool(found);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, ref ReadOnlyMemory<byte> value)
    {
        if (TryFind(name, out var found))
        {
            value = found;
        }
    }

    private bool TryFind(ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> value)
    {
        if (fields is null)
        {
            value = default;
            return false;
        }

        return fields.TryGet(name, ref _hint, out value);
    }

    private ReadOnlyMemory<byte> Find(ReadOnlySpan<byte> name) =>
        TryFind(name, out var value) ? value : throw HeaderFieldException.Missing(name);

    private static string Text(ReadOnlyMemory<byte> value) => RecentTexts.Get(value.Span);

    private static int Int(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> value) =>
        Utf8Parser.TryParse(value.Span, out int number, out var used) && used == value.Length
            ? number
            : throw HeaderFieldException.Unparsable(name, value.Span, "a 32-bit number");

    private static long Long(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> value) =>
        Utf8Parser.TryParse(value.Span, out long number, out var used) && used == value.Length
            ? number
            : throw HeaderFieldException.Unparsable(name, value.Span, "a 64-bit number");

    /// <summary>As Java: "true" in any case is true, everything else is false.</summary>
    private static bool Bool(ReadOnlyMemory<byte> value) => Ascii.EqualsIgnoreCase(value.Span, "true"u8);
}
