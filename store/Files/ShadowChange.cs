namespace RocketMQ.Store.Files;

/// <summary>How a file would differ from the one on the disk.</summary>
/// <param name="From">The first byte that would.</param>
/// <param name="To">One past the last.</param>
public sealed record ShadowChange(string Path, ShadowChangeKind Kind, long From, long To);
