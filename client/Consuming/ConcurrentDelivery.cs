using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RocketMQ.Client.Core;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Consuming;

/// <summary>
/// Hands messages to the handler as they come, several at a time. What fails goes back to the broker; what can't go back is tried again here.
/// </summary>
internal sealed class ConcurrentDelivery : IDelivery
{
    private static readonly TimeSpan LocalRetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>For workers to notice; a handler that blocks its thread is not waited for any longer.</summary>
    private static readonly TimeSpan AfterCancel = TimeSpan.FromSeconds(1);

    private readonly string _group;
    private readonly HandlerInvoker _handler;
    private readonly SendBack? _sendBack;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Bounded by what the windows of the queues may hold.
    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>();
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly BackgroundTasks _retries;
    private readonly Task[] _workers;

    private readonly record struct Item(QueueReader Reader, QueueWindow.Slot Slot);

    /// <param name="sendBack">Absent when broadcasting: what fails is skipped.</param>
    public ConcurrentDelivery(string group, int maxConcurrency, HandlerInvoker handler, SendBack? sendBack, TimeProvider time, ILogger logger)
    {
        _group = group;
        _handler = handler;
        _sendBack = sendBack;
        _time = time;
        _logger = logger;
        _retries = new BackgroundTasks(logger);
        _workers = [.. Enumerable.Range(0, maxConcurrency).Select(_ => Task.Run(WorkAsync))];
    }

    public ValueTask<bool> TryAcquireAsync(MessageQueue queue, CancellationToken cancellationToken) => new(true);

    public void Deliver(QueueReader reader, IReadOnlyList<QueueWindow.Slot> slots)
    {
        foreach (var slot in slots)
        {
            _items.Writer.TryWrite(new Item(reader, slot));
        }
    }

    /// <summary>Messages begun go on beside the next consumer: delivery is at least once.</summary>
    public ValueTask ReleaseAsync(QueueReader reader) => default;

    public async Task DrainAsync(TimeSpan timeout)
    {
        await _draining.CancelAsync().ConfigureAwait(false);
        await _retries.DisposeAsync().ConfigureAwait(false);
        _items.Writer.TryComplete();
        try
        {
            await Task.WhenAll(_workers).WaitAsync(timeout, _time).ConfigureAwait(false);
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
        _draining.Dispose();
        _stopping.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (var item in _items.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (!item.Reader.IsRevoked && !_draining.IsCancellationRequested)
            {
                await ConsumeAsync(item).ConfigureAwait(false);
            }
        }
    }

    private async Task ConsumeAsync(Item item)
    {
        var message = item.Slot.Message;
        var result = await _handler.InvokeAsync(message, _stopping.Token).ConfigureAwait(false);
        if (item.Reader.IsRevoked || _stopping.IsCancellationRequested)
        {
            return;
        }

        if (!result.IsSuccess && !await GiveBackAsync(message, result).ConfigureAwait(false))
        {
            _retries.Run("local retry", stopping => RetryHereAsync(item, stopping));
            return;
        }

        item.Reader.Complete(item.Slot);
    }

    /// <returns>False when the broker did not take the message back.</returns>
    private async Task<bool> GiveBackAsync(ReceivedMessage message, ConsumeResult result)
    {
        if (_sendBack is null)
        {
            Log.BroadcastSkipped(_logger, _group, message.MessageId, message.Topic);
            return true;
        }

        try
        {
            await _sendBack.SendAsync(message, result.DelayLevel, _stopping.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is RemotingException or RocketMQException)
        {
            Log.SendBackFailed(_logger, _group, message.MessageId, LocalRetryDelay.TotalMilliseconds, e.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Unless the consumer stops first: the message then stays unconsumed, and whoever has the queue next pulls it again.</summary>
    private async Task RetryHereAsync(Item item, CancellationToken stopping)
    {
        await Task.Delay(LocalRetryDelay, _time, stopping).ConfigureAwait(false);
        item.Slot.Message.LocalRetries++;
        _items.Writer.TryWrite(item);
    }
}
