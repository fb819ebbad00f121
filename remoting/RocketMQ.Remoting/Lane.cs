using System.Globalization;
using System.Threading.Channels;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting;

/// <summary>
/// A bounded queue with a few workers, for handlers that can block. What does not fit is refused, never queued without end. Its stop has a
/// deadline: what is behind it must be closed whatever a worker is at.
/// </summary>
public sealed class Lane : IAsyncDisposable
{
    /// <summary>Bytes of requests that may wait, unless told otherwise.</summary>
    public const long DefaultMaxWaitingBytes = 64 * 1024 * 1024;

    /// <summary>How long a stop waits, unless told otherwise: a worker that is at a disk is done by then.</summary>
    public static readonly TimeSpan DefaultStopPatience = TimeSpan.FromSeconds(10);

    private readonly Channel<(Func<Task> Work, long Bytes)> _work;
    private readonly long _maxWaitingBytes;
    private readonly TimeSpan _stopPatience;
    private readonly TimeProvider _time;
    private readonly Task[] _workers;
    private long _waitingBytes;
    private volatile bool _isOver;

    /// <param name="name">Appears in refusals.</param>
    /// <param name="capacity">Requests that may wait.</param>
    /// <param name="workers">Requests that run at once.</param>
    /// <param name="maxWaitingBytes">Bytes of requests that may wait.</param>
    /// <param name="stopPatience">How long <see cref="DisposeAsync"/> waits for what is queued and running.</param>
    /// <param name="time">The clock of that.</param>
    public Lane(string name, int capacity, int workers, long maxWaitingBytes = DefaultMaxWaitingBytes, TimeSpan? stopPatience = null, TimeProvider? time = null)
    {
        Name = name;
        Capacity = capacity;
        _maxWaitingBytes = maxWaitingBytes;
        _stopPatience = stopPatience ?? DefaultStopPatience;
        _time = time ?? TimeProvider.System;
        _work = Channel.CreateBounded<(Func<Task>, long)>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait });
        _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(RunAsync))];
    }

    public string Name { get; }

    public int Capacity { get; }

    /// <summary>What a request is told, with <c>SYSTEM_BUSY</c>, when <see cref="TryEnqueue"/> has no room for it.</summary>
    public string Refusal => string.Create(
        CultureInfo.InvariantCulture,
        $"[OVERLOAD]system busy, start flow control for a while: the {Name} queue is full, its limit is {Capacity} requests of {_maxWaitingBytes} bytes");

    /// <summary>Requests that wait now.</summary>
    public int Count => _work.Reader.Count;

    /// <summary>
    /// Stops taking work and waits for what is queued, as long as there is patience; what has not begun by then never does, and what runs is
    /// left alone.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await Task.WhenAll(_workers).WaitAsync(_stopPatience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _isOver = true;
    }

    /// <summary>Has work done by a worker; false when too much waits already. Work answers for its own exceptions.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="bytes">What it holds until it is begun.</param>
    public bool TryEnqueue(Func<Task> work, long bytes = 0)
    {
        // One alone is let in whatever its size: frames have a limit of their own.
        if (Interlocked.Add(ref _waitingBytes, bytes) - bytes > _maxWaitingBytes || !_work.Writer.TryWrite((work, bytes)))
        {
            Interlocked.Add(ref _waitingBytes, -bytes);
            return false;
        }

        return true;
    }

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
        await foreach (var (work, bytes) in _work.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            Interlocked.Add(ref _waitingBytes, -bytes);
            if (_isOver)
            {
                continue;
            }

            await work().ConfigureAwait(false);
        }
    }
}
