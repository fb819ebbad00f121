using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Log;

/// <summary>Sees one record of the log and where it starts. False ends the walk behind it.</summary>
internal delegate bool RecordVisitor(in MessageRecord record, long physicalOffset);
