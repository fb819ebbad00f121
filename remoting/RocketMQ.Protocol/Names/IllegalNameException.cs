using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Names;

/// <summary>
/// A request names something by what is no name. Answered with this message and code 29, as Apache answers where it looks. Where a header
/// names a consumer group it is 26: Apache looks such a group up and finds none, and of a commit its proxy awaits 0, 1, 17 or 26 and no other.
/// </summary>
public sealed class IllegalNameException(string message, int code = ResponseCode.InvalidParameter) : HeaderFieldException(message, code)
{
    public static IllegalNameException Of(NameKind kind, string name) => new(NameRule.Explain(kind, name));

    /// <summary>Of a header's field.</summary>
    internal static IllegalNameException Of(NameKind kind, ReadOnlySpan<byte> utf8) =>
        new(NameRule.Explain(kind, utf8), kind == NameKind.Group ? ResponseCode.SubscriptionGroupNotExist : ResponseCode.InvalidParameter);
}
