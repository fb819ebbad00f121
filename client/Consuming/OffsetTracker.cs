using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Consuming;

/// <summary>How far each queue is consumed, and which of it the store does not know yet.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
internal sealed class OffsetTracker(string group, IOffsetStore store, ILogger logger)
{
    private readonly ConcurrentDictionary<MessageQueue, long> _offsets = new();
    private readonly ConcurrentDictionary<MessageQueue, long> _stored = new();
    private readonly SemaphoreSlim _writing = new(1, 1);

    public long? this[MessageQueue queue] => _offsets.TryGetValue(queue, out var offset) ? offset : null;

    public Dictionary<MessageQueue, long> Of(string topic) => _offsets.Where(o => o.Key.Topic == topic).ToDictionary();

    /// <summary>Sets an offset, backwards too.</summary>
    public void Set(MessageQueue queue, long offset) => _offsets[queue] = offset;

    /// <summary>The offset kept elsewhere; <see langword="null"/> when there is none.</summary>
    public Task<long?> ReadAsync(MessageQueue queue, CancellationToken cancellationToken) => store.ReadAsync(queue, cancellationToken);

    /// <summary>Stores what changed. What can't be stored is logged and left to the next time.</summary>
    public Task PersistAsync(CancellationToken cancellationToken) => PersistAsync(_offsets.Keys, cancellationToken);

    /// <summary>Stores a queue's offset and forgets it.</summary>
    public async Task ReleaseAsync(MessageQueue queue)
    {
        await PersistAsync([queue], CancellationToken.None).ConfigureAwait(false);
        _offsets.TryRemove(queue, out _);
        _stored.TryRemove(queue, out _);
    }

    private async Task PersistAsync(ICollection<MessageQueue> queues, CancellationToken cancellationToken)
    {
        // One at a time, or an older value could arrive after a newer one.
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var changed = _offsets.Where(o => queues.Contains(o.Key) && (!_stored.TryGetValue(o.Key, out var stored) || stored != o.Value)).ToList();
            if (changed.Count == 0)
            {
                return;
            }

            await store.WriteAsync(changed, cancellationToken).ConfigureAwait(false);
            foreach (var (queue, offset) in changed)
            {
                _stored[queue] = offset;
            }
        }
        catch (Exception e) when (e is RemotingException or RocketMQException or IOException)
        {
            Log.OffsetsNotStored(logger, group, e.Message);
        }
        finally
        {
            _writing.Release();
        }
    }
}
