

namespace RocketMQ.Broker.Statistics;

/// <summary>Per second.</summary>
/// <param name="Put">Messages stored.</param>
/// <param name="Found">Gets that found messages.</param>
/// <param name="Missed">Gets that found none.</param>
/// <param name="Transferred">Messages given out.</param>
public readonly record struct ThroughputRates(double Put, double Found, double Missed, double Transferred);
