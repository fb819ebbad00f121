namespace RocketMQ.Broker.Auth;

/// <summary>Default rules are looked at when none of the custom rules is about what is asked.</summary>
internal enum PolicyType
{
    Custom,
    Default,
}
