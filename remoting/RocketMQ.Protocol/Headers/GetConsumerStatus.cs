using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223) and, broker to consumer, GET_CONSUMER_STATUS_FROM_CLIENT (221).</summary>
public sealed class GetConsumerStatusRequestHeader : ICommandHeader
{
    public string Topic = "";
    public string Group = "";
    public string? ClientAddr;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("topic"u8, NameKind.Topic, ref Topic);
        fields.Required("group"u8, NameKind.Group, ref Group);
        fields.Optional("clientAddr"u8, NameKind.Address, ref ClientAddr);
    }
}
