using System.Diagnostics;
using System.IO.Pipelines;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting;

/// <summary>
/// The ordered output of a connection. Any thread may send; while the read loop works through a batch the output is corked, so that
/// all replies to one batch of input leave in one flush.
/// </summary>
/// <param name="broken">Told why, when a command could be written only in part: what follows would be read as its rest.</param>
/// <param name="waiting">
/// Told, outside all locks, of each change of <see cref="WaitingBytes"/>, and whether it is one that the peer made by reading; null: nobody is.
/// </param>
internal sealed class ConnectionOutput(PipeWriter writer, TimeProvider time, Action<string> broken, Action<bool>? waiting)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _drained;
    private bool _corked;
    private bool _flushing;
    private bool _dirty;

    /// <summary>A thread is at a batch of replies, and flushes when it is through.</summary>
    private bool _isDeferred;
    private bool _completed;
    private long _flushingBytes;
    private long _pendingBytes;
    private long _lastFlushTimestamp = time.GetTimestamp();

    /// <summary>Bytes that the transport has not taken yet.</summary>
    public long PendingBytes => Volatile.Read(ref _pendingBytes);

    /// <summary>Those of them that wait for a peer which has stopped reading.</summary>
    public long WaitingBytes => Volatile.Read(ref _flushing) ? PendingBytes : 0;

    public long LastFlushTimestamp => Volatile.Read(ref _lastFlushTimestamp);

    /// <summary>Encodes the command behind those sent before it and disposes its body source.</summary>
    /// <returns>False when the connection is closed.</returns>
    /// <exception cref="InvalidOperationException">The command can't be encoded; nothing was written.</exception>
    public bool Send(RemotingCommand command)
    {
        try
        {
            lock (_lock)
            {
                if (_completed)
                {
                    return false;
                }

                var written = writer.UnflushedBytes;
                try
                {
                    CommandCodec.Encode(command, writer);
                }
                catch (Exception e) when (writer.UnflushedBytes != written)
                {
                    _completed = true;
                    broken($"a command with code {command.Code} could be written only in part: {e.Message}");
                    return false;
                }

                _dirty = true;
                if (!_corked && !_flushing && !_isDeferred && !(_isDeferred = ReplyBatch.TryDefer(this)))
                {
                    Flush();
                }

                CountPending();
            }

            TellIfWaiting();
            return true;
        }
        finally
        {
            command.BodySource?.Dispose();
        }
    }

    public void Cork()
    {
        lock (_lock)
        {
            _corked = true;
        }
    }

    public void Uncork()
    {
        lock (_lock)
        {
            _corked = false;
            FlushIfDirty();
        }

        TellIfWaiting();
    }

    /// <summary>The batch of replies is through that this one was flushed behind.</summary>
    public void FlushDeferred()
    {
        lock (_lock)
        {
            _isDeferred = false;
            if (!_corked)
            {
                FlushIfDirty();
            }
        }

        TellIfWaiting();
    }

    /// <summary>Completes at once unless the peer has stopped reading.</summary>
    public ValueTask DrainedAsync()
    {
        lock (_lock)
        {
            if (!_flushing || _completed)
            {
                return default;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_drained.Task);
        }
    }

    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            _drained?.TrySetResult();
            if (!_flushing)
            {
                writer.Complete();
            }
        }
    }

    private void TellIfWaiting()
    {
        if (waiting is not null && Volatile.Read(ref _flushing))
        {
            waiting(false);
        }
    }

    private void FlushIfDirty()
    {
        if (_dirty && !_flushing && !_completed)
        {
            Flush();
        }
    }

    /// <summary>Called under the lock: a pipe's writer takes no two calls at once, and the socket's send runs inside.</summary>
    private void Flush()
    {
        while (_dirty)
        {
            _dirty = false;
            _flushingBytes = writer.UnflushedBytes;
            var flush = writer.FlushAsync();
            if (!flush.IsCompletedSuccessfully)
            {
                _flushing = true;
                _ = FinishFlushAsync(flush);
                return;
            }

            _ = flush.Result;
            FlushEnded();
        }
    }

    private void FlushEnded()
    {
        _flushingBytes = 0;
        CountPending();
        Volatile.Write(ref _lastFlushTimestamp, time.GetTimestamp());
    }

    private void CountPending() => Volatile.Write(ref _pendingBytes, _flushingBytes + writer.UnflushedBytes);

    private async Task FinishFlushAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            await flush.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection broke; the read loop sees it too and closes.
            Debug.Assert(e is not null);
        }

        lock (_lock)
        {
            _flushing = false;
            FlushEnded();
            if (_completed)
            {
                writer.Complete();
            }
            else if (!_corked)
            {
                Flush();
            }

            if (!_flushing)
            {
                _drained?.TrySetResult();
                _drained = null;
            }
        }

        waiting?.Invoke(true);
    }
}
