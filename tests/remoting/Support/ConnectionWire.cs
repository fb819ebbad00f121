using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting.Tests.Support;

/// <summary>The end of a connection that is no socket's, in memory or encrypted, used as a blocking socket whose system takes whatever is sent.</summary>
public sealed class ConnectionWire : IWire
{
    private readonly ITransportConnection _connection;
    private readonly Pipe _sent = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Task _sending;

    public ConnectionWire(ITransportConnection connection)
    {
        _connection = connection;
        _sending = SendAllAsync();
    }

    public EndPoint LocalEndPoint => _connection.LocalEndPoint!;

    public void Send(ReadOnlySpan<byte> bytes)
    {
        _sent.Writer.Write(bytes);
        _ = _sent.Writer.FlushAsync().AsTask();
    }

    public int Receive(Span<byte> buffer)
    {
        var result = _connection.Input.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)).GetAwaiter().GetResult();
        var received = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        received.CopyTo(buffer);
        var count = (int)received.Length;
        _connection.Input.AdvanceTo(received.End);
        return count;
    }

    public void ShutdownSend() => _sent.Writer.Complete();

    public void Dispose()
    {
        _sent.Writer.Complete();
        _connection.Input.Complete();
        _ = CloseAsync();
    }

    private async Task SendAllAsync()
    {
        await _sent.Reader.CopyToAsync(_connection.Output);
        await _connection.Output.CompleteAsync();
    }

    private async Task CloseAsync()
    {
        await _sending;
        await _connection.DisposeAsync();
    }
}
