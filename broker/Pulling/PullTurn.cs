using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Pulling;

/// <summary>What was found out about a pull that is not answered at once.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Filter">What its messages have to pass; <see langword="null"/> when everything does.</param>
/// <param name="IsCold">Whether looking may wait for the disk; where it does not, there is nothing there.</param>
public readonly record struct PullTurn(SubscriptionGroupConfig Group, PullFilter? Filter, bool IsCold);
