namespace RocketMQ.Broker.Auth;

/// <summary>Super users may do anything.</summary>
internal enum UserType
{
    Normal,
    Super,
}
