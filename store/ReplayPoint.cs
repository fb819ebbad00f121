namespace RocketMQ.Store;

/// <summary>A record boundary: all before it is on the disk, in the log and in the queues.</summary>
/// <param name="PhysicalOffset">Where a start resumes dispatching.</param>
/// <param name="LastRecordOffset">Start of the record before it: tells a stale point from a true one.</param>
internal readonly record struct ReplayPoint(long PhysicalOffset, long LastRecordOffset);
