namespace RocketMQ.Protocol.Bodies;

/// <summary>
/// Body of REGISTER_BROKER (103): a broker's topics, as JSON. <see cref="CompressedRegisterBrokerBody"/> is the other form it has.
/// </summary>
public sealed record RegisterBrokerBody
{
    public TopicConfigAndMappingSerializeWrapper TopicConfigSerializeWrapper { get; init; } = new();
    public List<string> FilterServerList { get; init; } = [];
}
