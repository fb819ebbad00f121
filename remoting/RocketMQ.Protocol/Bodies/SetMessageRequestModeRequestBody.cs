using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of SET_MESSAGE_REQUEST_MODE (401).</summary>
public sealed record SetMessageRequestModeRequestBody : INamingBody
{
    public string Topic { get; init; } = "";
    public string ConsumerGroup { get; init; } = "";
    public MessageRequestMode Mode { get; init; }
    public int PopShareQueueNum { get; init; }

    void INamingBody.CheckNames()
    {
        NameRule.Check(NameKind.Topic, Topic);
        NameRule.Check(NameKind.Group, ConsumerGroup);
    }
}
