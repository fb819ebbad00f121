namespace RocketMQ.Client.Consuming;

/// <summary>
/// The messages of a queue that were pulled and are not consumed yet, in offset order, and the offset up to which all are. Thread-safe.
/// </summary>
internal sealed class QueueWindow
{
    private readonly Lock _lock = new();
    private readonly Queue<Slot> _slots = new();
    private long _bytes;
    private long _next;
    private TaskCompletionSource? _roomWaiter;

    /// <summary>Messages held, those among them that are consumed but wait for an earlier one included.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _slots.Count;
            }
        }
    }

    /// <summary>Bytes of the bodies held.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>First and last offset held; both the next to pull when none is.</summary>
    public (long Min, long Max) Range
    {
        get
        {
            lock (_lock)
            {
                return _slots.TryPeek(out var first) ? (first.Message.QueueOffset, _next - 1) : (_next, _next);
            }
        }
    }

    /// <summary>Every message before this offset is consumed.</summary>
    public long ConsumedOffset
    {
        get
        {
            lock (_lock)
            {
                return _slots.TryPeek(out var first) ? first.Message.QueueOffset : _next;
            }
        }
    }

    /// <summary>Takes in pulled messages; the next pull begins at <paramref name="nextOffset"/>.</summary>
    public IReadOnlyList<Slot> Add(IReadOnlyList<ReceivedMessage> messages, long nextOffset)
    {
        var slots = messages.Select(m => new Slot(m)).ToArray();
        lock (_lock)
        {
            foreach (var slot in slots)
            {
                _slots.Enqueue(slot);
                _bytes += slot.Message.Body.Length;
            }

            _next = nextOffset;
        }

        return slots;
    }

    public void Complete(Slot slot)
    {
        TaskCompletionSource? waiter = null;
        lock (_lock)
        {
            slot.IsConsumed = true;
            while (_slots.TryPeek(out var first) && first.IsConsumed)
            {
                _bytes -= first.Message.Body.Length;
                _slots.Dequeue();
                (waiter, _roomWaiter) = (_roomWaiter, null);
            }
        }

        waiter?.TrySetResult();
    }

    /// <summary>Waits while the window is over one of its limits.</summary>
    public async Task WaitForRoomAsync(int maxCount, long maxBytes, int maxSpan, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                var span = _slots.TryPeek(out var first) ? _next - first.Message.QueueOffset : 0;
                if (_slots.Count < maxCount && _bytes < maxBytes && span < maxSpan)
                {
                    return;
                }

                _roomWaiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _roomWaiter.Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A message's place in the window.</summary>
    internal sealed class Slot(ReceivedMessage message)
    {
        public ReceivedMessage Message { get; } = message;

        public bool IsConsumed { get; set; }
    }
}
