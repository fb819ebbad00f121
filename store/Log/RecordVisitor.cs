using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Log;

/// <summary>Sees one record of the log and where it starts.</summary>
internal delegate void RecordVisitor(in MessageRecord record, long physicalOffset);
