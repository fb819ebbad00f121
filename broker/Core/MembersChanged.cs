namespace RocketMQ.Broker.Core;

/// <summary>The members of a consumer group have changed: the queues are to be divided anew.</summary>
public sealed record MembersChanged(string Group) : ClientNotice;
