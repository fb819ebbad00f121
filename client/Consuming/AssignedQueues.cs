namespace RocketMQ.Client.Consuming;

/// <summary>The queues this consumer reads.</summary>
internal sealed class AssignedQueues(QueueReaderSettings settings)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MessageQueue, QueueReader> _readers = [];
    private readonly Dictionary<MessageQueue, Task> _leaving = [];

    public IReadOnlyList<QueueReader> Readers
    {
        get
        {
            lock (_lock)
            {
                return [.. _readers.Values];
            }
        }
    }

    /// <summary>Topics that queues are read of.</summary>
    public IReadOnlyCollection<string> Topics => Readers.Select(r => r.Queue.Topic).ToHashSet(StringComparer.Ordinal);

    /// <summary>Reads exactly these queues of a topic from now on. A queue that is just being given up is left to the next call.</summary>
    public void Apply(string topic, IReadOnlyCollection<MessageQueue> queues)
    {
        lock (_lock)
        {
            foreach (var queue in _readers.Keys.Where(q => q.Topic == topic && !queues.Contains(q)).ToList())
            {
                BeginLeave(queue);
            }

            foreach (var queue in queues.Where(q => !_readers.ContainsKey(q) && !_leaving.ContainsKey(q)))
            {
                _readers[queue] = new QueueReader(queue, settings);
            }
        }
    }

    /// <summary>Goes on reading a queue at another offset; does nothing when it is not read here.</summary>
    public async Task RestartAsync(MessageQueue queue, long offset)
    {
        Task left;
        lock (_lock)
        {
            if (!_readers.ContainsKey(queue))
            {
                return;
            }

            left = BeginLeave(queue);
        }

        await left.ConfigureAwait(false);
        settings.Offsets.Set(queue, offset);
        await settings.Offsets.PersistAsync(CancellationToken.None).ConfigureAwait(false);
        lock (_lock)
        {
            _readers.TryAdd(queue, new QueueReader(queue, settings));
        }
    }

    /// <summary>Stops pulling; queues stay assigned.</summary>
    public Task StopAsync() => Task.WhenAll(Readers.Select(r => r.StopAsync()));

    /// <summary>Gives all queues up and waits until each is.</summary>
    public Task LeaveAllAsync()
    {
        lock (_lock)
        {
            foreach (var queue in _readers.Keys.ToList())
            {
                BeginLeave(queue);
            }

            return Task.WhenAll(_leaving.Values);
        }
    }

    private Task BeginLeave(MessageQueue queue)
    {
        _readers.Remove(queue, out var reader);
        return _leaving[queue] = Task.Run(() => LeaveAsync(reader!));
    }

    private async Task LeaveAsync(QueueReader reader)
    {
        await reader.RevokeAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _leaving.Remove(reader.Queue);
        }
    }
}
