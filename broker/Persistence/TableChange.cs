

namespace RocketMQ.Broker.Persistence;

/// <summary>One change of a table as the journal holds it.</summary>
/// <param name="Sequence">Its place among all changes of all tables.</param>
/// <param name="Key">Which entry changed.</param>
/// <param name="Value">The entry as it is since; <see langword="null"/>: it is gone.</param>
public readonly record struct TableChange(long Sequence, string Key, ReadOnlyMemory<byte>? Value);
