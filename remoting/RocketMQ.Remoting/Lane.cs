using System.Globalization;
using System.Threading.Channels;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting;

/// <summary>
/// A bounded queue with a few workers, for handlers that can block. What does not fit is refused, never queued without end. Connections have their
/// turns one after the other, whatever each has waiting: who floods it waits behind himself. Its stop has a deadline: what is behind it must be
/// closed whatever a worker is at.
/// </summary>
public sealed class Lane : IAsyncDisposable
{
    /// <summary>Bytes of requests that may wait, unless told otherwise.</summary>
    public const long DefaultMaxWaitingBytes = 64 * 1024 * 1024;

    /// <summary>As large is a request that is let into a full lane as its connection's only one: a heartbeat, a question, not a flood.</summary>
    private const int MaxSoleBytes = 16 * 1024;

    private const int MaxIdleLines = 64;

    /// <summary>How long a stop waits, unless told otherwise: a worker that is at a disk is done by then.</summary>
    public static readonly TimeSpan DefaultStopPatience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<object, Queue<(Func<Task> Work, long Bytes)>> _lines = [];
    private readonly Stack<Queue<(Func<Task> Work, long Bytes)>> _idleLines = [];

    /// <summary>Who has work waiting, once each, in the order of their turns.</summary>
    private readonly Channel<object> _turns = Channel.CreateUnbounded<object>();
    private readonly long _maxWaitingBytes;
    private readonly TimeSpan _stopPatience;
    private readonly TimeProvider _time;
    private readonly Task[] _workers;
    private int _waiting;
    private long _waitingBytes;
    private bool _isStopping;
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
        _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(RunAsync))];
    }

    public string Name { get; }

    public int Capacity { get; }

    /// <summary>What a request is told, with <c>SYSTEM_BUSY</c>, when <see cref="TryEnqueue"/> has no room for it.</summary>
    public string Refusal => string.Create(
        CultureInfo.InvariantCulture,
        $"[OVERLOAD]system busy, start flow control for a while: the {Name} queue is full, its limit is {Capacity} requests of {_maxWaitingBytes} bytes");

    /// <summary>Requests that wait now.</summary>
    public int Count => Volatile.Read(ref _waiting);

    /// <summary>
    /// Stops taking work and waits for what is queued, as long as there is patience; what has not begun by then never does, and what runs is
    /// left alone.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isStopping = true;
            EndIfDone();
        }

        await Task.WhenAll(_workers).WaitAsync(_stopPatience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _isOver = true;
    }

    /// <summary>Has work done by a worker; false when too much waits already. Work answers for its own exceptions.</summary>
    /// <param name="from">Whose work it is.</param>
    /// <param name="work">What to do.</param>
    /// <param name="bytes">What it holds until it is begun.</param>
    public bool TryEnqueue(RemotingConnection? from, Func<Task> work, long bytes = 0)
    {
        object owner = from is null ? this : from;
        lock (_lock)
        {
            var isSole = !_lines.TryGetValue(owner, out var line);

            // One alone is let in whatever its size: frames have a limit of their own.
            var hasRoom = _waiting < Capacity && _waitingBytes <= _maxWaitingBytes;
            if (_isStopping || (!hasRoom && (!isSole || from is null || bytes > MaxSoleBytes)))
            {
                return false;
            }

            if (line is null)
            {
                _lines[owner] = line = _idleLines.TryPop(out var idle) ? idle : new();
                _turns.Writer.TryWrite(owner);
            }

            line.Enqueue((work, bytes));
            _waiting++;
            _waitingBytes += bytes;
            return true;
        }
    }

    /// <summary>
    /// Has a request answered by a worker, for handlers that find out on the reading thread that this one may block. What of the request is
    /// borrowed has been read or copied by then.
    /// </summary>
    /// <param name="from">Who asks.</param>
    /// <param name="answer">What answers.</param>
    /// <returns>What the handler returns in turn: the answer, or that the lane is full.</returns>
    public ValueTask<RemotingCommand?> AnswerAsync(RemotingConnection? from, Func<ValueTask<RemotingCommand?>> answer)
    {
        var answered = new TaskCompletionSource<RemotingCommand?>();
        return TryEnqueue(from, () => CompleteAsync(answered, answer))
            ? new ValueTask<RemotingCommand?>(answered.Task)
            : ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.SystemBusy, Refusal));
    }

    /// <inheritdoc cref="AnswerAsync(RemotingConnection?, Func{ValueTask{RemotingCommand?}})"/>
    public ValueTask<RemotingCommand?> AnswerAsync(RemotingConnection? from, Func<RemotingCommand?> answer) => AnswerAsync(from, () => ValueTask.FromResult(answer()));

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
        await foreach (var owner in _turns.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var work = Take(owner);
            if (!_isOver)
            {
                await work().ConfigureAwait(false);
            }
        }
    }

    private Func<Task> Take(object owner)
    {
        lock (_lock)
        {
            var line = _lines[owner];
            var (work, bytes) = line.Dequeue();
            _waiting--;
            _waitingBytes -= bytes;
            if (line.Count > 0)
            {
                _turns.Writer.TryWrite(owner);
            }
            else
            {
                _lines.Remove(owner);
                if (_idleLines.Count < MaxIdleLines)
                {
                    _idleLines.Push(line);
                }

                EndIfDone();
            }

            return work;
        }
    }

    private void EndIfDone()
    {
        if (_isStopping && _waiting == 0)
        {
            _turns.Writer.TryComplete();
        }
    }
}
