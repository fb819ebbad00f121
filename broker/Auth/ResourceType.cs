namespace RocketMQ.Broker.Auth;

/// <summary>What kind of thing access is to.</summary>
internal enum ResourceType
{
    /// <summary>Anything; only in rules.</summary>
    Any,
    Cluster,
    Namespace,
    Topic,
    Group,
}
