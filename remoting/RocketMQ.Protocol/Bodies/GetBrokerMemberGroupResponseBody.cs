using Newtonsoft.Json;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_BROKER_MEMBER_GROUP (901).</summary>
public sealed record GetBrokerMemberGroupResponseBody
{
    [JsonProperty("brokerMemberGroup")]
    public BrokerMemberGroup? Group { get; init; }
}
