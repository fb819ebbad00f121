using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>CONSUMER_SEND_MSG_BACK (36): deliver a message to its group again.</summary>
public sealed class ConsumerSendMsgBackRequestHeader : ICommandHeader
{
    /// <summary>Commit-log offset of the record.</summary>
    public long Offset;

    public string Group = "";

    /// <summary>Below 0: to the dead letters; 0: the broker chooses by the number of attempts.</summary>
    public int DelayLevel;

    public string? OriginMsgId;
    public string? OriginTopic;
    public bool UnitMode;
    public int? MaxReconsumeTimes;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("offset"u8, ref Offset);
        fields.Required("group"u8, NameKind.Group, ref Group);
        fields.Required("delayLevel"u8, ref DelayLevel);
        fields.Optional("originMsgId"u8, ref OriginMsgId);
        fields.Optional("originTopic"u8, NameKind.Topic, ref OriginTopic);
        fields.Optional("unitMode"u8, ref UnitMode);
        fields.Optional("maxReconsumeTimes"u8, ref MaxReconsumeTimes);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}
