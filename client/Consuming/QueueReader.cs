using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Consuming;

/// <summary>
/// Reads one queue for as long as this consumer has it: finds where to begin, pulls one batch after another while there is room, hands them
/// on, and keeps the consumed offset up to date.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing; its token outlives the reader.")]
internal sealed class QueueReader
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan IntroductionDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FlowControlDelay = TimeSpan.FromMilliseconds(20);

    private readonly QueueReaderSettings _settings;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Task _reading;
    private bool _revoked;

    public QueueReader(MessageQueue queue, QueueReaderSettings settings)
    {
        Queue = queue;
        _settings = settings;
        _reading = Task.Run(() => RunAsync(_stopping.Token));
    }

    public MessageQueue Queue { get; }

    public QueueWindow Window { get; } = new();

    /// <summary>When it was last pulled; default before.</summary>
    public DateTimeOffset LastPull { get; private set; }

    /// <summary>When a message of it was last consumed; default before.</summary>
    public DateTimeOffset LastConsumed { get; private set; }

    /// <summary>The queue is another consumer's now: nothing more may be consumed from it here.</summary>
    public bool IsRevoked => Volatile.Read(ref _revoked);

    /// <summary>A message is dealt with. Once the queue is revoked that has no effect: another consumer may be ahead already.</summary>
    public void Complete(QueueWindow.Slot slot)
    {
        lock (_lock)
        {
            if (!_revoked)
            {
                LastConsumed = _settings.Time.GetUtcNow();
                Window.Complete(slot);
                _settings.Offsets.Set(Queue, Window.ConsumedOffset);
            }
        }
    }

    /// <summary>Stops pulling; what was pulled may still be consumed.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
    }

    /// <summary>Gives the queue up: stops pulling, waits until it may be another's and stores its offset.</summary>
    public async Task RevokeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _settings.Delivery.ReleaseAsync(this).ConfigureAwait(false);
        lock (_lock)
        {
            _revoked = true;
        }

        await _settings.Offsets.ReleaseAsync(Queue).ConfigureAwait(false);
        Log.QueueRevoked(_settings.Logger, _settings.Group, Queue);
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            var offset = await BeginAsync(stopping).ConfigureAwait(false);
            while (true)
            {
                await Window.WaitForRoomAsync(_settings.MaxMessages, _settings.MaxBytes, _settings.MaxOffsetSpan, stopping).ConfigureAwait(false);
                offset = await TryAsync(() => PullAsync(offset, stopping), stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task<long> BeginAsync(CancellationToken stopping)
    {
        while (!await TryAsync(() => _settings.Delivery.TryAcquireAsync(Queue, stopping).AsTask(), stopping).ConfigureAwait(false))
        {
            await Task.Delay(RetryDelay, _settings.Time, stopping).ConfigureAwait(false);
        }

        var offset = await TryAsync(() => _settings.Start.FindAsync(Queue, stopping), stopping).ConfigureAwait(false);
        Log.QueueAssigned(_settings.Logger, _settings.Group, Queue, offset);
        return offset;
    }

    private async Task<long> PullAsync(long offset, CancellationToken stopping)
    {
        if (_settings.Subscriptions.Find(Queue.Topic) is not { } subscription)
        {
            // Unsubscribed: the next rebalance takes the queue away.
            throw new RouteNotFoundException($"The group does not subscribe to topic '{Queue.Topic}'.");
        }

        LastPull = _settings.Time.GetUtcNow();
        var result = await _settings.Puller.PullAsync(
            new PullRequest
            {
                Queue = Queue,
                Offset = offset,
                MaxMessages = _settings.PullBatchSize,
                Subscription = subscription,
                Wait = LongPoll,
                WithSubscription = _settings.WithSubscription,
                CommitOffset = _settings.CommitWithPull ? _settings.Offsets[Queue] : null,
            },
            stopping).ConfigureAwait(false);
        if (result.Status == PullStatus.OffsetIllegal)
        {
            Log.OffsetIllegal(_settings.Logger, _settings.Group, Queue, offset, result.NextOffset);
        }

        Take(result);
        return result.NextOffset;
    }

    private void Take(PullResult result)
    {
        IReadOnlyList<QueueWindow.Slot> slots;
        lock (_lock)
        {
            slots = Window.Add(result.Messages, result.NextOffset);
            _settings.Offsets.Set(Queue, Window.ConsumedOffset);
        }

        if (slots.Count > 0)
        {
            _settings.Delivery.Deliver(this, slots);
        }
    }

    /// <summary>Repeats what a broker or the network fails at, with a pause.</summary>
    private async Task<T> TryAsync<T>(Func<Task<T>> action, CancellationToken stopping)
    {
        while (true)
        {
            TimeSpan delay;
            try
            {
                return await action().ConfigureAwait(false);
            }
            catch (Exception e) when (e is RemotingException or RocketMQException)
            {
                delay = DelayAfter(e as BrokerException);
                Log.PullFailed(_settings.Logger, _settings.Group, Queue, delay.TotalMilliseconds, e.Message);
            }

            await Task.Delay(delay, _settings.Time, stopping).ConfigureAwait(false);
        }
    }

    private TimeSpan DelayAfter(BrokerException? refusal)
    {
        switch (refusal?.Code)
        {
            case ResponseCode.FlowControl:
                return FlowControlDelay;
            case ResponseCode.SubscriptionNotExist or ResponseCode.SubscriptionNotLatest:
                // The broker was restarted, most often, and knows nothing of this consumer.
                _settings.Heartbeats.Poke();
                return IntroductionDelay;
            default:
                return RetryDelay;
        }
    }
}
