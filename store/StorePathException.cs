namespace RocketMQ.Store;

/// <summary>A directory that the log is to stand in can't be used; the message names the key, the directory and the way out.</summary>
public sealed class StorePathException(string message, Exception? inner = null) : Exception(message, inner);
