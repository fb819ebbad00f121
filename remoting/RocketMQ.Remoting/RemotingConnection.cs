using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting;

/// <summary>
/// One connection, the same at both ends: a read loop that cuts frames and runs handlers to completion, an ordered output that is
/// flushed once per batch of input, and the table of requests this end waits to have answered.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing; its token outlives the connection.")]
public sealed class RemotingConnection
{
    /// <summary>A batch of input ends when its replies come to this much, whatever else has arrived.</summary>
    private const int MaxBatchOutputBytes = 1024 * 1024;

    /// <summary>Replies that wait for those to input which has come already, at most: a send costs more than serving several requests.</summary>
    private const int MaxHeldOutputBytes = 32 * 1024;

    /// <summary>The transport receives at least this much at once: where less came, there was no more.</summary>
    private const int MinReceiveBytes = 2048;

    /// <summary>
    /// How long a connection works, in one go or in many, on the thread that reads the sockets of others as well. Then it goes on among them, on
    /// the thread pool, until it has to wait for input: a peer that always has more could keep that thread for good.
    /// </summary>
    private static readonly TimeSpan MaxTurn = TimeSpan.FromMilliseconds(5);

    private readonly ITransportConnection _transport;
    private readonly RequestTable _table;
    private readonly RemotingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConnectionOutput _output;
    private volatile bool _goesAway;
    private readonly PendingRequests _pending;
    private readonly InFlightGate _inFlight;
    private readonly ConnectionBudgets? _budgets;
    private readonly Holding _unfinished;
    private readonly Holding _unread;
    private readonly LogThrottle? _throttle;
    private readonly bool _isServer;
    private readonly CancellationTokenSource _closed = new();
    private RemotingCommand _request = new();
    private long _lastReadTimestamp;
    private long _heldBytes;
    private long _unservedBytes;
    private string? _closeReason;

    private enum BatchEnd
    {
        NeedsInput,
        OutputIsFull,
        BrokenFrame,
    }

    internal RemotingConnection(
        ITransportConnection transport, RequestTable table, RemotingOptions options, bool isServer, TimeProvider time, ILogger logger,
        ConnectionBudgets? budgets = null, LogThrottle? throttle = null)
    {
        _budgets = budgets;
        _throttle = throttle;
        _transport = transport;
        _table = table;
        _options = options;
        _isServer = isServer;
        _time = time;
        _logger = logger;
        _output = new ConnectionOutput(transport.Output, time, Close, budgets is null ? null : NoteUnread);
        _unfinished = new Holding(() => Volatile.Read(ref _unservedBytes), Close);
        _unread = new Holding(() => _output.WaitingBytes, Close);
        _pending = new PendingRequests(options.RunContinuationsInline, time);
        _inFlight = new InFlightGate(options.MaxPendingRequests, options.MaxPendingRequestBytes);
        _lastReadTimestamp = time.GetTimestamp();
        Closed = _closed.Token;
    }

    /// <summary>Unique in the process, for logs and tables.</summary>
    public string Id => _transport.Id;

    public EndPoint? RemoteEndPoint => _transport.RemoteEndPoint;

    public EndPoint? LocalEndPoint => _transport.LocalEndPoint;

    /// <summary>Cancelled when the connection is gone.</summary>
    public CancellationToken Closed { get; }

    /// <summary>Why the connection ended, once its end has begun.</summary>
    public string? CloseReason => Volatile.Read(ref _closeReason);

    public bool IsClosed => CloseReason is not null;

    /// <summary>Time since anything was last read or written.</summary>
    internal TimeSpan Idle => _time.GetElapsedTime(Math.Max(Volatile.Read(ref _lastReadTimestamp), _output.LastFlushTimestamp));

    /// <summary>When bytes last arrived.</summary>
    internal long LastReadTimestamp => Volatile.Read(ref _lastReadTimestamp);

    /// <summary>Bytes of output that the transport has not taken yet.</summary>
    internal long PendingOutputBytes => _output.PendingBytes;

    /// <summary>Queues a command in order. Never blocks; the bytes leave with the current batch. A peer that lets more than
    /// <see cref="RemotingOptions.MaxPendingReplyBytes"/> pile up is disconnected.</summary>
    /// <returns>False when the connection is closed.</returns>
    /// <exception cref="InvalidOperationException">The command can't be encoded; nothing was sent.</exception>
    public bool Send(RemotingCommand command)
    {
        var sent = _output.Send(command);
        if (_output.PendingBytes > _options.MaxPendingReplyBytes)
        {
            Close($"the peer does not read: {_output.PendingBytes} bytes wait for it, the limit is {_options.MaxPendingReplyBytes}");
        }

        return sent;
    }

    /// <summary>Sends a request that will not be answered, unless the peer has stopped reading.</summary>
    /// <returns>False when the connection is closed or its output is over the limit; the command was dropped.</returns>
    public bool TrySendOneway(RemotingCommand request)
    {
        if (_output.PendingBytes > _options.MaxPendingOutputBytes)
        {
            Log.OnewayDropped(_logger, Id, request.Code, _output.PendingBytes, _options.MaxPendingOutputBytes);
            request.BodySource?.Dispose();
            return false;
        }

        SignIfClient(request);
        request.Opaque = _pending.NextOpaque();
        return _output.Send(request.AsOneway());
    }

    /// <summary>Sends a request and waits for its response, which the caller owns.</summary>
    /// <exception cref="RemotingTimeoutException">No response came in time.</exception>
    /// <exception cref="RemotingException">The connection was or got closed, or its output is over the limit.</exception>
    public async Task<RemotingCommand> InvokeAsync(RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (_output.PendingBytes > _options.MaxPendingOutputBytes)
        {
            throw new RemotingException(
                $"{RemoteEndPoint} does not read: {_output.PendingBytes} bytes wait for it, the limit is {_options.MaxPendingOutputBytes}. Send slower.");
        }

        SignIfClient(request);
        var response = _pending.Add(request);
        if (!_output.Send(request))
        {
            _pending.Fail(request.Opaque, new RemotingException($"The connection to {RemoteEndPoint} is closed: {CloseReason}"));
        }

        return await _pending.WaitAsync(response, request, RemoteEndPoint, timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// From here on a request is answered GO_AWAY (1500) without being carried out, if its sender is of a version that then sends it again over another
    /// connection. What is not answered is served: nobody would send it again.
    /// </summary>
    public void GoAway() => _goesAway = true;

    /// <summary>Ends the connection at once; the first reason given stays.</summary>
    public void Close(string reason)
    {
        SetCloseReason(reason);
        _transport.Abort(reason);
    }

    internal void Report(int requestCode, Exception exception) => Log.ReplyFailed(_logger, Id, requestCode, exception);

    internal void Observe(int requestCode, int responseCode, long readTimestamp, bool wasParked)
    {
        if (_options.ReplyObserver is { } observer)
        {
            observer.Replied(requestCode, responseCode, _time.GetElapsedTime(readTimestamp).Ticks, wasParked);
        }
    }

    private void SignIfClient(RemotingCommand request)
    {
        if (!_isServer)
        {
            _options.Credentials?.Sign(request);
        }
    }

    private void NoteUnread(bool hasMoved) => _budgets!.Output.Note(_unread, hasMoved);

    private void SetCloseReason(string reason) => Interlocked.CompareExchange(ref _closeReason, reason, null);

    /// <summary>Serves the connection until it ends.</summary>
    internal async Task RunAsync()
    {
        try
        {
            await ReadLoopAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            SetCloseReason(e.Message);
        }
        catch (Exception e)
        {
            SetCloseReason(e.Message);
            Log.ReadLoopFailed(_logger, Id, e);
        }
        finally
        {
            await FinishAsync().ConfigureAwait(false);
        }
    }

    private async Task FinishAsync()
    {
        SetCloseReason("the peer closed the connection");
        _budgets?.Input.Release(_unfinished);
        _output.Complete();
        _pending.FailAll($"The connection to {RemoteEndPoint} closed: {CloseReason}");
        Log.Closed(_logger, Id, RemoteEndPoint, CloseReason);
        await _closed.CancelAsync().ConfigureAwait(false);
        await _transport.Input.CompleteAsync().ConfigureAwait(false);

        // Sends what is queued first; if the peer never takes it, the idle sweep ends the wait.
        await _transport.DisposeAsync().ConfigureAwait(false);
        _budgets?.Output.Release(_unread);
        await _inFlight.NoneAsync().ConfigureAwait(false);
    }

    private async Task ReadLoopAsync()
    {
        var input = _transport.Input;
        var turn = 0L;
        while (true)
        {
            var reading = input.ReadAsync();
            var result = await reading.ConfigureAwait(false);
            if (result.IsCanceled)
            {
                return;
            }

            var now = _time.GetTimestamp();
            Volatile.Write(ref _lastReadTimestamp, now);
            var buffer = result.Buffer;
            var received = buffer.Length;
            var batch = InputBatch.Begin();
            BatchEnd end;
            try
            {
                end = ServeBatch(ref buffer);
            }
            finally
            {
                batch.End();
            }

            // Counted over all batches, whoever waited in between: where the socket has more at once, the transport comes back here without a look at others.
            turn += _time.GetTimestamp() - now;
            Volatile.Write(ref _unservedBytes, buffer.Length);
            input.AdvanceTo(buffer.Start, end == BatchEnd.OutputIsFull ? buffer.Start : buffer.End);
            _budgets?.Input.Note(_unfinished, hasMoved: buffer.Length < received);

            if (end == BatchEnd.NeedsInput && !result.IsCompleted && HoldsReplies(received))
            {
                continue;
            }

            _output.Uncork();
            if (end == BatchEnd.BrokenFrame || (end == BatchEnd.NeedsInput && result.IsCompleted && EndOfInput(buffer)))
            {
                return;
            }

            if (_isServer)
            {
                // A peer that does not read its replies gets no further requests served.
                await _output.DrainedAsync().ConfigureAwait(false);
                await _inFlight.WaitAsync().ConfigureAwait(false);
                if (_time.GetElapsedTime(0, turn) > MaxTurn)
                {
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                    turn = 0;
                }
            }
        }
    }

    /// <summary>Whether the replies so far should leave together with those to requests that wait in the transport already.</summary>
    private bool HoldsReplies(long received)
    {
        var held = _heldBytes;
        var pending = _output.PendingBytes;
        _heldBytes = 0;

        // A batch that brought no reply ends it: one-way requests without end would hold the others' replies as long.
        if (!_isServer || received < MinReceiveBytes || pending <= held || pending > MaxHeldOutputBytes || _inFlight.IsFull)
        {
            return false;
        }

        _heldBytes = _transport.HasMoreInput ? pending : 0;
        return _heldBytes > 0;
    }

    private bool EndOfInput(in ReadOnlySequence<byte> rest)
    {
        if (!rest.IsEmpty)
        {
            SetCloseReason($"the peer closed the connection inside a frame, {rest.Length} bytes of it had arrived");
        }

        return true;
    }

    private BatchEnd ServeBatch(ref ReadOnlySequence<byte> buffer)
    {
        _output.Cork();
        while (true)
        {
            switch (FrameReader.TryRead(ref buffer, _options.MaxFrameLength, out var frame, out var length))
            {
                case FrameStatus.Incomplete:
                    return BatchEnd.NeedsInput;
                case FrameStatus.Invalid:
                    return Refuse($"a frame of {length} bytes was declared, allowed are 4 to {_options.MaxFrameLength}");
                default:
                    if (CommandCodec.Decode(frame, _request) is { } error)
                    {
                        return Refuse(error);
                    }

                    if (_request is { Defect: { } ambiguous, IsResponse: true })
                    {
                        return Refuse(ambiguous);
                    }

                    Serve();
                    _request.Trim();
                    break;
            }

            // Small requests for large bodies would otherwise be answered into memory for as long as input is there. A client goes on
            // reading: two ends that each wait for the other to read would wait for ever.
            if (_isServer && _output.PendingBytes > MaxBatchOutputBytes)
            {
                return BatchEnd.OutputIsFull;
            }
        }
    }

    /// <summary>The replies to the frames before the broken one still leave.</summary>
    private BatchEnd Refuse(string reason)
    {
        if (MayLog())
        {
            Log.BadFrame(_logger, Id, RemoteEndPoint, reason);
        }

        SetCloseReason(reason);
        return BatchEnd.BrokenFrame;
    }

    private void Serve()
    {
        if (_request.IsResponse)
        {
            if (!_pending.TryComplete(_request))
            {
                Log.UnmatchedResponse(_logger, Id, _request.Opaque, _request.Code);
            }
        }
        else if (_request.Defect is { } defect)
        {
            new ReplyHandle(this, _request).Reply(RemotingCommand.Response(ResponseCode.SystemError, defect));
        }
        else if (_goesAway && _request is { IsOneway: false, Version: > MqVersion.V5_3_1 })
        {
            new ReplyHandle(this, _request).Reply(RemotingCommand.Response(ResponseCode.GoAway, "please go away"));
        }
        else if (!_table.TryGet(_request.Code, out var entry))
        {
            if (MayLog())
            {
                Log.UnknownCode(_logger, Id, _request.Code);
            }

            new ReplyHandle(this, _request).Reply(
                RemotingCommand.Response(ResponseCode.RequestCodeNotSupported, $" request type {_request.Code} not supported"));
        }
        else if (entry.LaneFor(_request.Body.Length) is { } lane)
        {
            Enqueue(entry.Handler, lane);
        }
        else
        {
            RunInline(entry.Handler);
        }
    }

    private void RunInline(IRequestHandler handler)
    {
        ValueTask<RemotingCommand?> task;
        try
        {
            task = handler.HandleAsync(new RequestContext(this, _request), Closed);
        }
        catch (Exception e)
        {
            task = ValueTask.FromException<RemotingCommand?>(e);
        }

        var reply = new ReplyHandle(this, _request);
        if (task.IsCompletedSuccessfully)
        {
            Answer(reply, task.Result);
            return;
        }

        // The handler still runs: it keeps this command's fields, the next frame gets a new command. The body goes with the frame.
        var code = _request.Code;
        _request.Body = default;
        var bytes = _request.HeldBytes;
        _request = new RemotingCommand();
        _inFlight.Enter(bytes);
        _ = AnswerLaterAsync(task, reply, code, bytes);
    }

    private void Enqueue(IRequestHandler handler, Lane lane)
    {
        var request = _request.ToOwned();
        var reply = new ReplyHandle(this, request);
        var bytes = request.HeldBytes;
        _inFlight.Enter(bytes);
        if (!lane.TryEnqueue(this, () => RunOnLaneAsync(handler, request, reply, bytes), bytes))
        {
            _inFlight.Exit(bytes);
            reply.Reply(RemotingCommand.Response(ResponseCode.SystemBusy, lane.Refusal));
        }
    }

    private Task RunOnLaneAsync(IRequestHandler handler, RemotingCommand request, ReplyHandle reply, long bytes)
    {
        if (IsClosed && !request.IsOneway)
        {
            // Nobody waits for the answer, and a stop should not wait for what others left behind. Who asks for none often leaves right after.
            _inFlight.Exit(bytes);
            return Task.CompletedTask;
        }

        ValueTask<RemotingCommand?> task;
        try
        {
            task = handler.HandleAsync(new RequestContext(this, request), Closed);
        }
        catch (Exception e)
        {
            task = ValueTask.FromException<RemotingCommand?>(e);
        }

        return AnswerLaterAsync(task, reply, request.Code, bytes);
    }

    private async Task AnswerLaterAsync(ValueTask<RemotingCommand?> task, ReplyHandle reply, int code, long bytes)
    {
        try
        {
            Answer(reply, await task.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (IsClosed)
        {
            // Nobody is left to answer.
        }
        catch (HeaderFieldException e)
        {
            reply.Reply(RemotingCommand.Response(e.Code, e.Message));
        }
        catch (Exception e)
        {
            if (MayLog())
            {
                Log.HandlerFailed(_logger, Id, code, e);
            }

            reply.Reply(RemotingCommand.Response(ResponseCode.SystemError, $"{e.GetType().Name}: {e.Message}"));
        }
        finally
        {
            _inFlight.Exit(bytes);
        }
    }

    private bool MayLog() => _throttle?.Allows() ?? true;

    private static void Answer(in ReplyHandle reply, RemotingCommand? response)
    {
        if (response is not null)
        {
            reply.Reply(response);
        }
    }
}
