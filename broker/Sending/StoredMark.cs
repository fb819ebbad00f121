

namespace RocketMQ.Broker.Sending;

/// <summary>
/// How far in the log lies what somebody has stored so far. What follows from it (an offset that moves on, a word that is repeated) waits
/// for the mark, so that it does not outlive what it rests on.
/// </summary>
public sealed class StoredMark(MessagePublisher publisher)
{
    private long _endOffset;

    /// <summary>Moves the mark behind what was appended.</summary>
    public void Note(in PublishResult published)
    {
        if (published.IsOk)
        {
            Reach(published.EndOffset);
        }
    }

    private void Reach(long endOffset)
    {
        var known = Volatile.Read(ref _endOffset);
        while (endOffset > known)
        {
            var seen = Interlocked.CompareExchange(ref _endOffset, endOffset, known);
            if (seen == known)
            {
                return;
            }

            known = seen;
        }
    }

    /// <summary>Waits until all before the mark is as safe as the configuration asks.</summary>
    public ValueTask<Durability> WaitStoredAsync() => publisher.WaitStoredAsync(Volatile.Read(ref _endOffset));

    /// <summary>Waits until all before the mark is on the disk, whatever the configuration asks.</summary>
    public ValueTask<Durability> WaitOnDiskAsync() => publisher.WaitOnDiskAsync(Volatile.Read(ref _endOffset));
}
