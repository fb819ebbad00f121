

namespace RocketMQ.Broker.Filtering;

/// <summary>
/// One subscription of a heartbeat, as far as filters care. The type is TAG or absent, or SQL92; the version is the
/// client's subVersion, and a larger one replaces a smaller.
/// </summary>
public readonly record struct FilterSubscription(string Topic, string? ExpressionType, string? Expression, long Version);
