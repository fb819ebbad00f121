using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>CONSUME_MESSAGE_DIRECTLY (309), to a broker, which attaches the record and passes it on to the client.</summary>
public sealed class ConsumeMessageDirectlyResultRequestHeader : ICommandHeader
{
    public string ConsumerGroup = "";
    public string? ClientId;
    public string? MsgId;
    public string? BrokerName;
    public string? Topic;
    public int? TopicSysFlag;
    public int? GroupSysFlag;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("consumerGroup"u8, NameKind.Group, ref ConsumerGroup);
        fields.Optional("clientId"u8, NameKind.Client, ref ClientId);
        fields.Optional("msgId"u8, ref MsgId);
        fields.Optional("brokerName"u8, NameKind.Broker, ref BrokerName);
        fields.Optional("topic"u8, NameKind.Topic, ref Topic);
        fields.Optional("topicSysFlag"u8, ref TopicSysFlag);
        fields.Optional("groupSysFlag"u8, ref GroupSysFlag);
    }
}
