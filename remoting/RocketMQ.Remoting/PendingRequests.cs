using System.Collections.Concurrent;
using System.Net;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting;

/// <summary>The requests of this end that have no response yet, by opaque.</summary>
internal sealed class PendingRequests(bool runContinuationsInline, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<RemotingCommand>> _waiting = new();
    private int _opaque;

    public int NextOpaque() => Interlocked.Increment(ref _opaque);

    /// <summary>Gives the request its opaque and starts to expect its response.</summary>
    public Task<RemotingCommand> Add(RemotingCommand request)
    {
        var source = new TaskCompletionSource<RemotingCommand>(
            runContinuationsInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        do
        {
            request.Opaque = NextOpaque();
        }
        while (!_waiting.TryAdd(request.Opaque, source));

        return source.Task;
    }

    public bool TryComplete(RemotingCommand response) =>
        _waiting.TryRemove(response.Opaque, out var source) && source.TrySetResult(response.ToOwned());

    public void Fail(int opaque, RemotingException reason)
    {
        if (_waiting.TryRemove(opaque, out var source))
        {
            source.TrySetException(reason);
        }
    }

    public void FailAll(string reason)
    {
        foreach (var opaque in _waiting.Keys)
        {
            Fail(opaque, new RemotingException(reason));
        }
    }

    public async Task<RemotingCommand> WaitAsync(
        Task<RemotingCommand> response, RemotingCommand request, EndPoint? peer, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await response.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new RemotingTimeoutException(
                $"{peer} did not answer request {RequestCode.Describe(request.Code)} within {timeout.TotalMilliseconds:0} ms");
        }
        finally
        {
            _waiting.TryRemove(request.Opaque, out _);
        }
    }
}
