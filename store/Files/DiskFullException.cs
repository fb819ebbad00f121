namespace RocketMQ.Store.Files;

/// <summary>The space a file needs could not be reserved; nothing was written.</summary>
public sealed class DiskFullException(string path, long size, Exception? inner = null)
    : IOException($"no space for {path} ({size} bytes)", inner);
