namespace RocketMQ.Store;

/// <summary>A message can be read from its queue. Called on the appending thread: it must not block.</summary>
public delegate void MessageArrivedHandler(in DispatchedRecord record);
