namespace RocketMQ.Broker.Auth;

/// <summary>What is done to a thing; in rules, all that may be.</summary>
[Flags]
public enum AccessAction
{
    None = 0,
    Pub = 1,
    Sub = 2,
    Create = 4,
    Update = 8,
    Delete = 16,
    Get = 32,
    List = 64,
    All = 128,
}
