namespace RocketMQ.Store;

/// <summary>Another process, or another store in this one, holds the directory.</summary>
public sealed class StoreLockedException(string directory, Exception? inner = null)
    : Exception($"The store {directory} is in use by another broker: stop that one, or give this one another storePathRootDir", inner);
