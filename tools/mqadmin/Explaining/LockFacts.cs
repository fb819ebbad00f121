namespace RocketMQ.MqAdmin.Explaining;

/// <summary>Who may consume a queue in order.</summary>
internal sealed record LockFacts(string ClientId, DateTimeOffset RenewedAt, DateTimeOffset ExpiresAt);
