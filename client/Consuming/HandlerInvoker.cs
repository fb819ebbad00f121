using Microsoft.Extensions.Logging;
using RocketMQ.Client.Tracing;

namespace RocketMQ.Client.Consuming;

/// <summary>Calls the application's handler, makes a result of whatever it does, and counts and traces it.</summary>
internal sealed class HandlerInvoker(
    string group, MessageHandler handler, TimeSpan timeout, ConsumeMeter meter, TraceRecorder? trace, TimeProvider time, ILogger logger)
{
    /// <param name="stopping">Cancelled when the consumer waits no longer.</param>
    public async Task<ConsumeResult> InvokeAsync(ReceivedMessage message, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        var traceId = trace?.Consuming(group, message);
        var (result, outcome) = await CallAsync(message, stopping).ConfigureAwait(false);
        var duration = time.GetElapsedTime(started);
        meter.Count(message.Topic, result.IsSuccess, duration);
        if (traceId is not null)
        {
            trace!.Consumed(traceId, group, message, duration, outcome);
        }

        return result;
    }

    private async Task<(ConsumeResult Result, ConsumeOutcome Outcome)> CallAsync(ReceivedMessage message, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token);
        try
        {
            var running = handler(message, linked.Token);
            var result = running.IsCompletedSuccessfully
                ? running.Result
                : await running.AsTask().WaitAsync(linked.Token).ConfigureAwait(false);
            return (result, result.IsSuccess ? ConsumeOutcome.Success : ConsumeOutcome.Failed);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Log.HandlerTimedOut(logger, group, message.MessageId, timeout.TotalSeconds);
            return (ConsumeResult.Later, ConsumeOutcome.TimedOut);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Not consumed, and nobody waits to hear of it.
            return (ConsumeResult.Later, ConsumeOutcome.Failed);
        }
        catch (Exception e)
        {
            Log.HandlerFailed(logger, group, message.MessageId, message.Topic, e);
            return (ConsumeResult.Later, ConsumeOutcome.Threw);
        }
    }
}
