namespace RocketMQ.Broker.Health;

/// <summary>What one look at one thing found.</summary>
/// <param name="Check">What was looked at, such as <c>store.disk</c>.</param>
/// <param name="IsOk">Whether the broker can serve as far as this goes.</param>
/// <param name="Detail">What stands there; if it is not well, also what to do.</param>
public sealed record HealthFinding(string Check, bool IsOk, string Detail);
