namespace RocketMQ.Fault.Tests.Power;

/// <summary>
/// Changes of names that the disk does not have yet, in their order. What a directory loses at a crash is the end of its changes; a change that concerns
/// two directories, or two names, is there whole or not at all.
/// </summary>
internal sealed class NameJournal
{
    private readonly List<Change[]> _pending = [];

    /// <param name="Node">What the name leads to from then on; null when it is gone.</param>
    internal readonly record struct Change(DiskDirectory Directory, string Name, object? Node);

    public int Count => _pending.Count;

    /// <summary>Processes see it from now on.</summary>
    public void Add(params Change[] changes)
    {
        foreach (var change in changes)
        {
            Apply(change.Directory.Seen, change);
        }

        _pending.Add(changes);
    }

    /// <summary>Brings a directory's changes to the disk, with those of others that they hang together with.</summary>
    public void Flush(DiskDirectory directory)
    {
        HashSet<DiskDirectory> flushed = [directory];
        var written = new HashSet<Change[]>();
        for (var i = _pending.Count - 1; i >= 0; i--)
        {
            if (_pending[i].Any(c => flushed.Contains(c.Directory)))
            {
                flushed.UnionWith(_pending[i].Select(c => c.Directory));
                written.Add(_pending[i]);
            }
        }

        Keep(written.Contains);
        _pending.RemoveAll(written.Contains);
    }

    public void FlushAll()
    {
        Keep(_ => true);
        _pending.Clear();
    }

    /// <summary>The power is gone: of each directory's changes the first ones are on the disk, as many as chance has it.</summary>
    /// <param name="share">Of the changes to be there; null for any number.</param>
    public void Survive(Random random, double? share)
    {
        var left = _pending.SelectMany(changes => changes.Select(c => c.Directory).Distinct())
            .CountBy(directory => directory)
            .ToDictionary(count => count.Key, count => share is { } s ? (int)Math.Round(s * count.Value) : random.Next(count.Value + 1));
        Keep(changes =>
        {
            var directories = changes.Select(c => c.Directory).Distinct().ToList();
            var survives = directories.All(directory => left[directory] > 0);
            foreach (var directory in directories)
            {
                left[directory] = survives ? left[directory] - 1 : 0;
            }

            return survives;
        });
        _pending.Clear();
    }

    private void Keep(Func<Change[], bool> which)
    {
        foreach (var change in _pending.Where(which).SelectMany(changes => changes))
        {
            Apply(change.Directory.Kept, change);
        }
    }

    private static void Apply(Dictionary<string, object> names, Change change)
    {
        if (change.Node is null)
        {
            names.Remove(change.Name);
        }
        else
        {
            names[change.Name] = change.Node;
        }
    }
}
