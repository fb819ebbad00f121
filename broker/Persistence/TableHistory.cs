namespace RocketMQ.Broker.Persistence;

/// <summary>What a journal that was found at start says of one table.</summary>
internal sealed class TableHistory
{
    public List<TableChange> Changes { get; } = [];

    public List<SnapshotMark> Snapshots { get; } = [];

    public long LastSequence => Changes.Count > 0 ? Changes[^1].Sequence : 0;

    /// <summary>The changes that a file does not hold yet; <see langword="null"/> for a file that this journal does not continue.</summary>
    /// <param name="content">What the file holds.</param>
    /// <param name="upTo">The last change that it does hold.</param>
    public IReadOnlyList<TableChange>? After(Fingerprint content, out long upTo)
    {
        var known = Snapshots.FindLastIndex(mark => mark.Content == content);
        upTo = known < 0 ? LastSequence : Snapshots[known].Sequence;
        if (known < 0)
        {
            return null;
        }

        var from = upTo;
        return Changes.FindAll(change => change.Sequence > from);
    }
}
