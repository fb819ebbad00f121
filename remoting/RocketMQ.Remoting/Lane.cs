using System.Threading.Channels;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting;

/// <summary>
/// A bounded queue with a few workers, for handlers that can block. What does not fit is refused, never queued without end.
/// </summary>
public sealed class Lane : IAsyncDisposable
{
    private readonly Channel<Func<Task>> _work;
    private readonly Task[] _workers;

    /// <param name="name">Appears in refusals.</param>
    /// <param name="capacity">Requests that may wait.</param>
    /// <param name="workers">Requests that run at once.</param>
    public Lane(string name, int capacity, int workers)
    {
        Name = name;
        Capacity = capacity;
        _work = Channel.CreateBounded<Func<Task>>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait });
        _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(RunAsync))];
    }

    public string Name { get; }

    public int Capacity { get; }

    /// <summary>What a request is told, with <c>SYSTEM_BUSY</c>, when <see cref="TryEnqueue"/> has no room for it.</summary>
    public string Refusal => $"[OVERLOAD]system busy, start flow control for a while: the {Name} queue is full, its limit is {Capacity}";

    /// <summary>Requests that wait now.</summary>
    public int Count => _work.Reader.Count;

    /// <summary>Stops taking work and waits for what is queued.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await Task.WhenAll(_workers).ConfigureAwait(false);
    }

    /// <summary>Has work done by a worker; false when too much waits already. Work answers for its own exceptions.</summary>
    public bool TryEnqueue(Func<Task> work) => _work.Writer.TryWrite(work);

    /// <summary>
    /// Has a request answered by a worker, for handlers that find out on the reading thread that this one may block. What of the request is
    /// borrowed has been read or copied by then.
    /// </summary>
    /// <returns>What the handler returns in turn: the answer, or that the lane is full.</returns>
    public ValueTask<RemotingCommand?> AnswerAsync(Func<ValueTask<RemotingCommand?>> answer)
    {
        var answered = new TaskCompletionSource<RemotingCommand?>();
        return TryEnqueue(() => CompleteAsync(answered, answer))
            ? new ValueTask<RemotingCommand?>(answered.Task)
            : ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.SystemBusy, Refusal));
    }

    /// <inheritdoc cref="AnswerAsync(Func{ValueTask{RemotingCommand?}})"/>
    public ValueTask<RemotingCommand?> AnswerAsync(Func<RemotingCommand?> answer) => AnswerAsync(() => ValueTask.FromResult(answer()));

    /// <summary>The worker does not stay with an answer that waits for the disk.</summary>
    private static Task CompleteAsync(TaskCompletionSource<RemotingCommand?> answered, Func<ValueTask<RemotingCommand?>> answer)
    {
        _ = RunAsync();
        return Task.CompletedTask;

        async Task RunAsync()
        {
            try
            {
                answered.SetResult(await answer().ConfigureAwait(false));
            }
            catch (Exception e)
            {
                answered.TrySetException(e);
            }
        }
    }

    private async Task RunAsync()
    {
        await foreach (var work in _work.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await work().ConfigureAwait(false);
        }
    }
}
