using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>RESUME_CHECK_HALF_MESSAGE (323).</summary>
public sealed class ResumeCheckHalfMessageRequestHeader : ICommandHeader
{
    public string? Topic;
    public string? MsgId;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("topic"u8, NameKind.Topic, ref Topic);
        fields.Optional("msgId"u8, ref MsgId);
    }
}
