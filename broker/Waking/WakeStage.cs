using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Waking;

/// <summary>
/// Where requests that waited are answered. Who has news for them (dispatch, a timer, a reset) only takes them off their list and hands
/// them over. A thread that reads a socket answers some at the end of its batch of input; the rest, and those that others wake, are
/// answered on the thread pool. Each is answered once, by whoever takes it out, and what goes wrong for one is its own.
/// </summary>
internal sealed class WakeStage(ILogger logger) : IBatchEndWork, IAsyncDisposable
{
    /// <summary>Requests that a thread which reads a socket answers at the end of a batch: its own peers wait meanwhile.</summary>
    public const int BatchBudget = 16;

    private static readonly int MaxWorkers = Math.Max(1, Environment.ProcessorCount);
    private static readonly Action<WakeStage> Work = static stage => stage.Drain();

    private readonly ConcurrentQueue<IWoken> _woken = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _workers;

    /// <summary>Requests that are woken and have not looked, and one for the stage itself until it ends.</summary>
    private int _unlooked = 1;

    /// <summary>Has a request look again. It never does so on this stack: the caller may hold locks.</summary>
    public void Wake(IWoken request)
    {
        Interlocked.Increment(ref _unlooked);
        _woken.Enqueue(request);
        if (!InputBatch.TryDefer(this))
        {
            StartWorker();
        }
    }

    /// <summary>Waits until those that are woken have looked: before what they look at closes. Once nobody wakes any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Looked();
        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>The end of a batch of input.</summary>
    void IBatchEndWork.Run()
    {
        for (var left = BatchBudget; left > 0 && _woken.TryDequeue(out var request); left--)
        {
            if (request.MayBlock)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static work => work.Self.Look(work.Request), (Self: this, Request: request), preferLocal: false);
            }
            else
            {
                Look(request);
            }
        }

        if (!_woken.IsEmpty)
        {
            StartWorker();
        }
    }

    private void StartWorker()
    {
        if (TryEnter())
        {
            ThreadPool.UnsafeQueueUserWorkItem(Work, this, preferLocal: false);
        }
    }

    /// <summary>Workers that are enough see what comes until they have left.</summary>
    private bool TryEnter()
    {
        if (Interlocked.Increment(ref _workers) <= MaxWorkers)
        {
            return true;
        }

        Interlocked.Decrement(ref _workers);
        return false;
    }

    private void Drain()
    {
        do
        {
            while (_woken.TryDequeue(out var request))
            {
                Look(request);
            }

            Interlocked.Decrement(ref _workers);
        }
        while (!_woken.IsEmpty && TryEnter());
    }

    private void Look(IWoken request)
    {
        try
        {
            var look = request.LookAsync();
            if (!look.IsCompletedSuccessfully)
            {
                _ = FinishAsync(look, request);
            }
        }
        catch (Exception e)
        {
            Fail(request, e);
        }
        finally
        {
            Looked();
        }
    }

    private void Looked()
    {
        if (Interlocked.Decrement(ref _unlooked) == 0)
        {
            _ended.TrySetResult();
        }
    }

    private async Task FinishAsync(ValueTask look, IWoken request)
    {
        try
        {
            await look.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(request, e);
        }
    }

    private void Fail(IWoken request, Exception exception)
    {
        Log.WaitingRequestFailed(logger, exception);
        try
        {
            request.Fail(exception);
        }
        catch (Exception e)
        {
            // Its connection is beyond an answer; the others have theirs to get.
            Log.WaitingRequestFailed(logger, e);
        }
    }
}
