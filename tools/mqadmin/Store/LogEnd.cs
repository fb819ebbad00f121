namespace RocketMQ.MqAdmin.Store;

/// <summary>Where the records of a log end.</summary>
/// <param name="Reason">What stands there instead of a record; <see langword="null"/> for space that was never written.</param>
internal sealed record LogEnd(long Offset, string? Reason);
