namespace RocketMQ.Protocol.Commands;

/// <summary>A request's header lacks a required field or holds one that does not parse. Answered with code 1, as by Apache's servers, and this message.</summary>
public sealed class HeaderFieldException(string message) : Exception(message)
{
    internal static HeaderFieldException Missing(ReadOnlySpan<byte> name) =>
        new($"the custom field <{System.Text.Encoding.UTF8.GetString(name)}> is null");

    internal static HeaderFieldException Unparsable(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, string type) =>
        new($"the custom field <{System.Text.Encoding.UTF8.GetString(name)}> is not {type}: {System.Text.Encoding.UTF8.GetString(value[..Math.Min(value.Length, 64)])}");
}
