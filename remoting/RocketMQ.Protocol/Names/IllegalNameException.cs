using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Names;

/// <summary>A request names something by what is no name. Answered with code 29, as Apache answers where it looks, and this message.</summary>
public sealed class IllegalNameException(string message) : HeaderFieldException(message, ResponseCode.InvalidParameter)
{
    public static IllegalNameException Of(NameKind kind, string name) => new(NameRule.Explain(kind, name));

    internal static IllegalNameException Of(NameKind kind, ReadOnlySpan<byte> utf8) => new(NameRule.Explain(kind, utf8));
}
