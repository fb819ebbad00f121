using System.Collections.Concurrent;

namespace RocketMQ.Client.Core;

/// <summary>Requests that wait for their answer, by correlation id.</summary>
internal sealed class ReplyTable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ReceivedMessage>> _waiting = new(StringComparer.Ordinal);

    public Task<ReceivedMessage> Expect(string correlationId) =>
        _waiting.GetOrAdd(correlationId, static _ => new TaskCompletionSource<ReceivedMessage>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Forget(string correlationId) => _waiting.TryRemove(correlationId, out _);

    /// <returns>False when nobody waits any more.</returns>
    public bool TryComplete(string correlationId, ReceivedMessage reply) =>
        _waiting.TryRemove(correlationId, out var source) && source.TrySetResult(reply);
}
