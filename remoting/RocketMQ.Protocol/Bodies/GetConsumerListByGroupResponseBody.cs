using Newtonsoft.Json;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_CONSUMER_LIST_BY_GROUP (38).</summary>
public sealed record GetConsumerListByGroupResponseBody
{
    [JsonProperty("consumerIdList")]
    public List<string> ConsumerIds { get; init; } = [];
}
