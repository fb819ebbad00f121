namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to GET_PRODUCER_CONNECTION_LIST (204).</summary>
public sealed record ProducerConnection
{
    public HashSet<Connection> ConnectionSet { get; init; } = [];
}
