namespace RocketMQ.Broker.Core;

/// <summary>An operation that is not carried out: of what kind, and the reason, which names the limit and the way out.</summary>
public sealed record Refusal(RefusalKind Kind, string Reason);
