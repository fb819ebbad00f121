namespace RocketMQ.MqAdmin.Explaining;

/// <summary>A pop that took the message.</summary>
internal sealed record PopFacts(DateTimeOffset PoppedAt, DateTimeOffset VisibleAgainAt, bool IsAcknowledged);
