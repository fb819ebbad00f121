namespace RocketMQ.Broker.Pulling;

/// <summary>Who forbids a pull, in Apache's numbers.</summary>
public enum ForbiddenType
{
    Broker = 1,
    Group = 2,
    Topic = 3,
    Broadcasting = 4,
    Subscription = 5,
}
