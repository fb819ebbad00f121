namespace RocketMQ.Broker.Auth;

/// <summary>A disabled user's signature is not accepted.</summary>
internal enum UserStatus
{
    Enable,
    Disable,
}
