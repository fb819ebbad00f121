namespace RocketMQ.Broker.Replication.Following;

/// <summary>What came of a meeting with the master.</summary>
/// <param name="From">From where on the log is wanted.</param>
/// <param name="WhyNot">Why it can't be followed; null when it can.</param>
/// <param name="Cut">Where this log has to be cut first.</param>
internal readonly record struct Meeting(long From, string? WhyNot = null, long? Cut = null);
