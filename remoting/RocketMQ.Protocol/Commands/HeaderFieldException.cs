using System.Text;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Commands;

/// <summary>
/// A request's header lacks a required field or holds one that can't be used. Answered with the code (1, as by Apache's servers, where nothing else is
/// said) and this message.
/// </summary>
public class HeaderFieldException(string message, int code = ResponseCode.SystemError) : Exception(message)
{
    public int Code { get; } = code;

    internal static HeaderFieldException Missing(ReadOnlySpan<byte> name) =>
        new($"the custom field <{Encoding.UTF8.GetString(name)}> is null");

    internal static HeaderFieldException Unparsable(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, string type) =>
        new($"the custom field <{Encoding.UTF8.GetString(name)}> is not {type}: {NameRule.Shown(Encoding.UTF8.GetString(value))}");
}
