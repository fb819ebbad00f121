

namespace RocketMQ.Broker.Statistics;

/// <summary>A counter as it stood at a time, in ms since 1970.</summary>
internal readonly record struct CounterSample(long AtMs, long Value, long Times);
