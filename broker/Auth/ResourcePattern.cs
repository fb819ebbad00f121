namespace RocketMQ.Broker.Auth;

/// <summary>How a rule's name is matched, the most particular last.</summary>
internal enum ResourcePattern
{
    Any,
    Prefixed,
    Literal,
}
