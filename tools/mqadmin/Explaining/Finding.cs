namespace RocketMQ.MqAdmin.Explaining;

/// <summary>One thing that happened, or will.</summary>
internal sealed record Finding(DateTimeOffset At, string What);
