using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace RocketMQ.Remoting.Transport;

/// <summary>Sends blocks of memory in one call to the system, again and again without an object for each. Nobody's execution context goes along.</summary>
internal sealed class SocketSender() : SocketAsyncEventArgs(true), IValueTaskSource
{
    private readonly List<ArraySegment<byte>> _blocks = [];
    private ManualResetValueTaskSourceCore<bool> _sent;

    /// <summary>Completes when the system has taken all bytes; one at a time.</summary>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public ValueTask SendAsync(Socket socket, in ReadOnlySequence<byte> bytes)
    {
        Point(bytes);
        _sent.Reset();
        if (socket.SendAsync(this))
        {
            return new ValueTask(this, _sent.Version);
        }

        return SocketError == SocketError.Success ? default : ValueTask.FromException(new SocketException((int)SocketError));
    }

    void IValueTaskSource.GetResult(short token) => _sent.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _sent.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _sent.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        if (SocketError == SocketError.Success)
        {
            _sent.SetResult(true);
        }
        else
        {
            _sent.SetException(new SocketException((int)SocketError));
        }
    }

    /// <summary>A buffer and a list of buffers exclude each other: the one goes before the other comes.</summary>
    private void Point(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            BufferList = null;
            SetBuffer(MemoryMarshal.AsMemory(bytes.First));
            return;
        }

        SetBuffer(null, 0, 0);
        _blocks.Clear();
        foreach (var block in bytes)
        {
            _blocks.Add(MemoryMarshal.TryGetArray(block, out var array) ? array : new ArraySegment<byte>(block.ToArray()));
        }

        BufferList = _blocks;
    }
}
