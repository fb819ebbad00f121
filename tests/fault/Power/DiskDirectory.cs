namespace RocketMQ.Fault.Tests.Power;

/// <summary>A directory's names twice: as processes see them, and as the disk has them. A name leads to a <see cref="DiskFile"/> or another of these.</summary>
internal sealed class DiskDirectory
{
    public Dictionary<string, object> Seen { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, object> Kept { get; } = new(StringComparer.Ordinal);

    /// <summary>The disk has what processes see.</summary>
    public void Add(string name, object node) => Seen[name] = Kept[name] = node;
}
