namespace RocketMQ.Broker.Auth;

/// <summary>What a rule says.</summary>
internal enum Decision
{
    Allow,
    Deny,
}
