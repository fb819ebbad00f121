namespace RocketMQ.Protocol.Commands;

/// <summary>
/// What a header's declaration is visited by. <c>Required</c> fields throw <see cref="HeaderFieldException"/> when a frame lacks
/// them; <c>Expected</c> and <c>Optional</c> ones keep the value they have. A writer skips values that are <see langword="null"/>.
/// Names are the exact UTF-8 names of Apache's header classes.
/// </summary>
/// <remarks>
/// Apache's servers only log the absence of a field that their header class demands, and fail where they then meet the null. So a field is
/// <c>Required</c> where they fail (code 1), and <c>Expected</c> where they go on without it, or answer its absence with a code of its own:
/// the handler then finds the default and gives that code. A test holds the declarations against what Apache's servers answered.
/// </remarks>
public interface IHeaderFields
{
    void Required(ReadOnlySpan<byte> name, ref string value);
    void Required(ReadOnlySpan<byte> name, ref int value);
    void Required(ReadOnlySpan<byte> name, ref long value);
    void Required(ReadOnlySpan<byte> name, ref bool value);

    void Expected(ReadOnlySpan<byte> name, ref string value);
    void Expected(ReadOnlySpan<byte> name, ref int value);
    void Expected(ReadOnlySpan<byte> name, ref int? value);
    void Expected(ReadOnlySpan<byte> name, ref long value);
    void Expected(ReadOnlySpan<byte> name, ref long? value);
    void Expected(ReadOnlySpan<byte> name, ref bool value);

    void Optional(ReadOnlySpan<byte> name, ref string? value);
    void Optional(ReadOnlySpan<byte> name, ref int value);
    void Optional(ReadOnlySpan<byte> name, ref int? value);
    void Optional(ReadOnlySpan<byte> name, ref long value);
    void Optional(ReadOnlySpan<byte> name, ref long? value);
    void Optional(ReadOnlySpan<byte> name, ref bool value);
    void Optional(ReadOnlySpan<byte> name, ref bool? value);

    /// <summary>A value kept as UTF-8, for large fields that are stored as they came (message properties). Empty means absent;
    /// read, it borrows the command's buffer and is valid until the handler's first await.</summary>
    void Optional(ReadOnlySpan<byte> name, ref ReadOnlyMemory<byte> value);
}
