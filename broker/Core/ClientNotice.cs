namespace RocketMQ.Broker.Core;

/// <summary>What the broker tells a client of itself, without an answer.</summary>
public abstract record ClientNotice;
