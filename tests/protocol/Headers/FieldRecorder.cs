using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Tests.Headers;

/// <summary>Notes what a header declares, and puts a value of its own into every field.</summary>
internal readonly struct FieldRecorder(Dictionary<string, string> declared) : IHeaderFields
{
    public void Required(ReadOnlySpan<byte> name, ref string value)
    {
        Declare(name, "text:req");
        value = Text();
    }

    public void Required(ReadOnlySpan<byte> name, ref int value)
    {
        Declare(name, "int:req");
        value = declared.Count;
    }

    public void Required(ReadOnlySpan<byte> name, ref long value)
    {
        Declare(name, "long:req");
        value = Long();
    }

    public void Required(ReadOnlySpan<byte> name, ref bool value)
    {
        Declare(name, "bool:req");
        value = true;
    }

    public void Expected(ReadOnlySpan<byte> name, ref string value)
    {
        Declare(name, "text:exp");
        value = Text();
    }

    public void Expected(ReadOnlySpan<byte> name, ref int value)
    {
        Declare(name, "int:exp");
        value = declared.Count;
    }

    public void Expected(ReadOnlySpan<byte> name, ref int? value)
    {
        Declare(name, "int:exp");
        value = -declared.Count;
    }

    public void Expected(ReadOnlySpan<byte> name, ref long value)
    {
        Declare(name, "long:exp");
        value = Long();
    }

    public void Expected(ReadOnlySpan<byte> name, ref long? value)
    {
        Declare(name, "long:exp");
        value = -Long();
    }

    public void Expected(ReadOnlySpan<byte> name, ref bool value)
    {
        Declare(name, "bool:exp");
        value = true;
    }

    public void Optional(ReadOnlySpan<byte> name, ref string? value)
    {
        Declare(name, "text:opt");
        value = Text();
    }

    public void Optional(ReadOnlySpan<byte> name, ref int value)
    {
        Declare(name, "int:opt");
        value = declared.Count;
    }

    public void Optional(ReadOnlySpan<byte> name, ref int? value)
    {
        Declare(name, "int:opt");
        value = -declared.Count;
    }

    public void Optional(ReadOnlySpan<byte> name, ref long value)
    {
        Declare(name, "long:opt");
        value = Long();
    }

    public void Optional(ReadOnlySpan<byte> name, ref long? value)
    {
        Declare(name, "long:opt");
        value = -Long();
    }

    public void Optional(ReadOnlySpan<byte> name, ref bool value)
    {
        Declare(name, "bool:opt");
        value = true;
    }

    public void Optional(ReadOnlySpan<byte> name, ref bool? value)
    {
        Declare(name, "bool:opt");
        value = true;
    }

    public void Optional(ReadOnlySpan<byte> name, ref ReadOnlyMemory<byte> value)
    {
        Declare(name, "text:opt");
        value = System.Text.Encoding.UTF8.GetBytes(Text());
    }

    private void Declare(ReadOnlySpan<byte> name, string kind) => declared[System.Text.Encoding.UTF8.GetString(name)] = kind;

    // Everything a header has to escape: quotes, separators of properties, text beyond ASCII and beyond 16 bits.
    private string Text() => $"{declared.Count} \"\\/ \u0001\u0002 é 消息 🚀";

    private long Long() => long.MaxValue - declared.Count;
}
