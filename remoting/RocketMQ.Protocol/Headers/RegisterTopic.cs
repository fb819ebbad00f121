using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>REGISTER_TOPIC_IN_NAMESRV (217); the queues are in the body.</summary>
public sealed class RegisterTopicRequestHeader : ICommandHeader
{
    public string Topic = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Expected("topic"u8, ref Topic);
}
