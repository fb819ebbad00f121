

namespace RocketMQ.Broker.Persistence;

/// <summary>What a table's file holds: which content, and all changes of the table up to which.</summary>
internal readonly record struct SnapshotMark(Fingerprint Content, long Sequence);
