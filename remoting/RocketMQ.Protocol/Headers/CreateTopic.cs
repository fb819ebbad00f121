using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>UPDATE_AND_CREATE_TOPIC (17) and UPDATE_AND_CREATE_STATIC_TOPIC (513).</summary>
public sealed class CreateTopicRequestHeader : ICommandHeader
{
    public string Topic = "";
    public string DefaultTopic = "";
    public int ReadQueueNums;
    public int WriteQueueNums;
    public int Perm;
    public string TopicFilterType = "SINGLE_TAG";
    public int? TopicSysFlag;
    public bool Order;

    /// <summary>Changes such as <c>+message.type=FIFO,-cleanup.policy</c>.</summary>
    public string? Attributes;

    public bool? Force;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("topic"u8, ref Topic);
        fields.Expected("defaultTopic"u8, ref DefaultTopic);
        fields.Required("readQueueNums"u8, ref ReadQueueNums);
        fields.Required("writeQueueNums"u8, ref WriteQueueNums);
        fields.Required("perm"u8, ref Perm);
        fields.Required("topicFilterType"u8, ref TopicFilterType);
        fields.Optional("topicSysFlag"u8, ref TopicSysFlag);
        fields.Expected("order"u8, ref Order);
        fields.Optional("attributes"u8, ref Attributes);
        fields.Optional("force"u8, ref Force);
    }
}
