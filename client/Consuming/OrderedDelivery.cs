using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Consuming;

/// <summary>
/// Hands the messages of each queue to the handler one after another, while the queue's lock is held. What fails is tried again in its
/// place; what fails too often goes to the dead letters.
/// </summary>
internal sealed class OrderedDelivery : IDelivery
{
    private static readonly TimeSpan LockRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterCancel = TimeSpan.FromSeconds(1);

    private readonly string _group;
    private readonly int _maxReconsumeTimes;
    private readonly TimeSpan _retryDelay;
    private readonly HandlerInvoker _handler;
    private readonly QueueLocks? _locks;
    private readonly SendBack? _sendBack;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turns;
    private readonly ConcurrentDictionary<QueueReader, Row> _rows = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="locks">Absent when broadcasting: every consumer has all queues.</param>
    /// <param name="sendBack">Absent when broadcasting: what fails is skipped.</param>
    public OrderedDelivery(PushConsumerOptions options, HandlerInvoker handler, QueueLocks? locks, SendBack? sendBack, TimeProvider time, ILogger logger)
    {
        _group = options.Group;
        _maxReconsumeTimes = options.MaxReconsumeTimes < 0 ? int.MaxValue : options.MaxReconsumeTimes;
        _retryDelay = options.OrderedRetryDelay;
        _handler = handler;
        _locks = locks;
        _sendBack = sendBack;
        _time = time;
        _logger = logger;
        _turns = new SemaphoreSlim(options.MaxConcurrency);
    }

    public async ValueTask<bool> TryAcquireAsync(MessageQueue queue, CancellationToken cancellationToken) =>
        _locks is null || await _locks.TryLockAsync(queue, cancellationToken).ConfigureAwait(false);

    public void Deliver(QueueReader reader, IReadOnlyList<QueueWindow.Slot> slots)
    {
        var row = _rows.GetOrAdd(reader, static (r, owner) => new Row(r, owner), this);
        foreach (var slot in slots)
        {
            row.Add(slot);
        }
    }

    public async ValueTask ReleaseAsync(QueueReader reader)
    {
        if (_rows.TryRemove(reader, out var row))
        {
            await row.StopAsync().ConfigureAwait(false);
        }

        if (_locks is not null)
        {
            await _locks.UnlockAsync(reader.Queue).ConfigureAwait(false);
        }
    }

    public async Task DrainAsync(TimeSpan timeout)
    {
        try
        {
            await Task.WhenAll(_rows.Values.Select(r => r.StopAsync())).WaitAsync(timeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.StoppedWithHandlersRunning(_logger, _group, timeout.TotalSeconds);
            await _stopping.CancelAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await DrainAsync(AfterCancel).ConfigureAwait(false);
        if (_locks is not null)
        {
            await _locks.DisposeAsync().ConfigureAwait(false);
        }

        _turns.Dispose();
        _stopping.Dispose();
    }

    /// <returns>Whether the message is dealt with.</returns>
    private async Task<bool> ConsumeAsync(QueueReader reader, ReceivedMessage message, CancellationToken draining)
    {
        while (_locks is not null && !_locks.IsHeld(reader.Queue))
        {
            await Task.Delay(LockRetryDelay, _time, draining).ConfigureAwait(false);
        }

        await _turns.WaitAsync(draining).ConfigureAwait(false);
        ConsumeResult result;
        try
        {
            result = await _handler.InvokeAsync(message, _stopping.Token).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }

        if (result.IsSuccess || await IsGivenUpAsync(message, result).ConfigureAwait(false))
        {
            return true;
        }

        message.LocalRetries++;
        return false;
    }

    /// <summary>Whether a failed message is not to be tried again: it was sent to the dead letters, or is skipped.</summary>
    private async Task<bool> IsGivenUpAsync(ReceivedMessage message, ConsumeResult result)
    {
        if (_stopping.IsCancellationRequested || (result != ConsumeResult.DeadLetter && message.DeliveryAttempt < _maxReconsumeTimes))
        {
            return false;
        }

        if (_sendBack is null)
        {
            Log.BroadcastSkipped(_logger, _group, message.MessageId, message.Topic);
            return true;
        }

        try
        {
            await _sendBack.SendAsync(message, ConsumeResult.DeadLetter.DelayLevel, _stopping.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is RemotingException or RocketMQException)
        {
            Log.SendBackFailed(_logger, _group, message.MessageId, _retryDelay.TotalMilliseconds, e.Message);
            return false;
        }
    }

    /// <summary>The messages of one queue, waiting for their turn.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing.")]
    private sealed class Row
    {
        private readonly QueueReader _reader;
        private readonly OrderedDelivery _owner;
        private readonly Channel<QueueWindow.Slot> _slots = Channel.CreateUnbounded<QueueWindow.Slot>();
        private readonly CancellationTokenSource _draining = new();
        private readonly Task _running;

        public Row(QueueReader reader, OrderedDelivery owner)
        {
            _reader = reader;
            _owner = owner;
            _running = Task.Run(RunAsync);
        }

        public void Add(QueueWindow.Slot slot) => _slots.Writer.TryWrite(slot);

        /// <summary>Begins nothing more, waits for the handler that runs.</summary>
        public async Task StopAsync()
        {
            await _draining.CancelAsync().ConfigureAwait(false);
            await _running.ConfigureAwait(false);
        }

        private async Task RunAsync()
        {
            try
            {
                await foreach (var slot in _slots.Reader.ReadAllAsync(_draining.Token).ConfigureAwait(false))
                {
                    while (!await _owner.ConsumeAsync(_reader, slot.Message, _draining.Token).ConfigureAwait(false))
                    {
                        await Task.Delay(_owner._retryDelay, _owner._time, _draining.Token).ConfigureAwait(false);
                    }

                    _reader.Complete(slot);
                }
            }
            catch (OperationCanceledException)
            {
                // What is left is pulled again by whoever has the queue next.
            }
        }
    }
}
