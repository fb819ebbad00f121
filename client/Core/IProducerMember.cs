namespace RocketMQ.Client.Core;

/// <summary>A producer as brokers see it: a member of a group.</summary>
internal interface IProducerMember
{
    string Group { get; }
}
