using Microsoft.Extensions.Logging;

namespace RocketMQ.Client.Consuming;

/// <summary>Calls the application's handler and makes a result of whatever it does.</summary>
internal sealed class HandlerInvoker(string group, MessageHandler handler, TimeSpan timeout, TimeProvider time, ILogger logger)
{
    /// <param name="stopping">Cancelled when the consumer waits no longer.</param>
    public async Task<ConsumeResult> InvokeAsync(ReceivedMessage message, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token);
        try
        {
            var running = handler(message, linked.Token);
            return running.IsCompletedSuccessfully
                ? running.Result
                : await running.AsTask().WaitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Log.HandlerTimedOut(logger, group, message.MessageId, timeout.TotalSeconds);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Not consumed, and nobody waits to hear of it.
        }
        catch (Exception e)
        {
            Log.HandlerFailed(logger, group, message.MessageId, message.Topic, e);
        }

        return ConsumeResult.Later;
    }
}
