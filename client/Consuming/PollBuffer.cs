using System.Threading.Channels;

namespace RocketMQ.Client.Consuming;

/// <summary>Keeps pulled messages until the application polls for them.</summary>
internal sealed class PollBuffer : IDelivery
{
    // Bounded by what the windows of the queues may hold.
    private readonly Channel<Batch> _waiting = Channel.CreateUnbounded<Batch>();
    private readonly Lock _lock = new();
    private readonly List<Batch> _polled = [];

    private readonly record struct Batch(QueueReader Reader, IReadOnlyList<QueueWindow.Slot> Slots);

    public ValueTask<bool> TryAcquireAsync(MessageQueue queue, CancellationToken cancellationToken) => new(true);

    public void Deliver(QueueReader reader, IReadOnlyList<QueueWindow.Slot> slots) => _waiting.Writer.TryWrite(new Batch(reader, slots));

    /// <summary>The next messages of one queue; waits for them until cancelled.</summary>
    public async Task<IReadOnlyList<ReceivedMessage>> PollAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var batch = await _waiting.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (batch.Reader.IsRevoked)
            {
                continue;
            }

            lock (_lock)
            {
                _polled.Add(batch);
            }

            return [.. batch.Slots.Select(s => s.Message)];
        }
    }

    /// <summary>Takes everything polled so far for consumed.</summary>
    public void CompletePolled()
    {
        lock (_lock)
        {
            foreach (var batch in _polled)
            {
                foreach (var slot in batch.Slots)
                {
                    batch.Reader.Complete(slot);
                }
            }

            _polled.Clear();
        }
    }

    public ValueTask ReleaseAsync(QueueReader reader) => default;

    public Task DrainAsync(TimeSpan timeout) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        return default;
    }
}
