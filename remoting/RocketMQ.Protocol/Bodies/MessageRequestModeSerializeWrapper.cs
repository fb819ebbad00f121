namespace RocketMQ.Protocol.Bodies;

/// <summary><c>messageRequestMode.json</c>, and the reply to GET_ALL_MESSAGE_REQUEST_MODE (402).</summary>
public sealed record MessageRequestModeSerializeWrapper
{
    /// <summary>By topic, then by group.</summary>
    public Dictionary<string, Dictionary<string, SetMessageRequestModeRequestBody>> MessageRequestModeMap { get; init; } = [];
}
