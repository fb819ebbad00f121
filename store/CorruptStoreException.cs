namespace RocketMQ.Store;

/// <summary>A store's file holds something it must not and that cannot be repaired from the rest of the store.</summary>
/// <param name="file">Path of the file.</param>
/// <param name="offset">Position within the file, in bytes.</param>
/// <param name="expected">What belongs there.</param>
/// <param name="found">What stands there.</param>
public sealed class CorruptStoreException(string file, long offset, string expected, string found)
    : Exception($"{file}, byte {offset}: expected {expected}, found {found}")
{
    public string File { get; } = file;

    public long Offset { get; } = offset;

    public string Expected { get; } = expected;

    public string Found { get; } = found;
}
