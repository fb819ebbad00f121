using System.Buffers.Text;
using System.Text;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Commands;

/// <summary>Reads a header's declared fields from the received ones.</summary>
public struct HeaderFieldReader(ExtFields? fields) : IHeaderFields
{
    private int _hint;

    public void Required(ReadOnlySpan<byte> name, ref string value) => value = Text(Find(name));

    public void Required(ReadOnlySpan<byte> name, NameKind kind, ref string value) => value = Name(kind, Find(name));

    public void Required(ReadOnlySpan<byte> name, ref int value) => value = Int(name, Find(name));

    public void Required(ReadOnlySpan<byte> name, ref long value) => value = Long(name, Find(name));

    public void Required(ReadOnlySpan<byte> name, ref bool value) => value = Bool(Find(name));

    public void Expected(ReadOnlySpan<byte> name, ref string value) => Optional(name, ref value!);

    public void Expected(ReadOnlySpan<byte> name, NameKind kind, ref string value) => Optional(name, kind, ref value!);

    public void Expected(ReadOnlySpan<byte> name, ref int value) => Optional(name, ref value);

    public void Expected(ReadOnlySpan<byte> name, ref int? value) => Optional(name, ref value);

    public void Expected(ReadOnlySpan<byte> name, ref long value) => Optional(name, ref value);

    public void Expected(ReadOnlySpan<byte> name, ref long? value) => Optional(name, ref value);

    public void Expected(ReadOnlySpan<byte> name, ref bool value) => Optional(name, ref value);

    public void Optional(ReadOnlySpan<byte> name, ref string? value)
    {
        if (TryFind(name, out var found))
        {
            value = Text(found);
        }
    }

    public void Optional(ReadOnlySpan<byte> name, NameKind kind, ref string? value)
    {
        if (TryFind(name, out var found))
        {
            value = Name(kind, found);
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
        if (fields?.Find(name, ref _hint) is { } at and >= 0)
        {
            value = fields.MemoryAt(at);
        }
    }

    private bool TryFind(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        if (fields?.Find(name, ref _hint) is { } at and >= 0)
        {
            value = fields.ValueAt(at);
            return true;
        }

        value = default;
        return false;
    }

    private ReadOnlySpan<byte> Find(ReadOnlySpan<byte> name) =>
        TryFind(name, out var value) ? value : throw HeaderFieldException.Missing(name);

    private static string Text(ReadOnlySpan<byte> value) => RecentTexts.Get(value);

    private static string Name(NameKind kind, ReadOnlySpan<byte> value) => RecentTexts.GetName(kind, value);

    private static int Int(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out int number, out var used) && used == value.Length
            ? number
            : throw HeaderFieldException.Unparsable(name, value, "a 32-bit number");

    private static long Long(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long number, out var used) && used == value.Length
            ? number
            : throw HeaderFieldException.Unparsable(name, value, "a 64-bit number");

    /// <summary>As Java: "true" in any case is true, everything else is false.</summary>
    private static bool Bool(ReadOnlySpan<byte> value) => Ascii.EqualsIgnoreCase(value, "true"u8);
}
