using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RocketMQ.Fault.Tests.Sets;

/// <summary>
/// Stands before a port, at another address of this machine, and passes on what comes. It can fall silent: then nothing goes through in either direction, and
/// neither end is told.
/// </summary>
internal sealed class Wire : IAsyncDisposable
{
    /// <summary>The address it stands at, with the port it stands before.</summary>
    public const string Host = "127.0.0.2";

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Socket, byte> _ends = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _target;
    private readonly Task _accepting;
    private volatile TaskCompletionSource? _silence;

    public Wire(int port)
    {
        _target = new IPEndPoint(IPAddress.Loopback, port);
        _listener.Bind(new IPEndPoint(IPAddress.Parse(Host), port));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public void FallSilent() => _silence ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was held up goes on its way.</summary>
    public void Speak()
    {
        _silence?.TrySetResult();
        _silence = null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Speak();
        _listener.Dispose();
        await _accepting;
        foreach (var end in _ends.Keys)
        {
            end.Dispose();
        }

        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptAsync(_stopping.Token);
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // It closes, or the one who came is gone.
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        (_ends[client], _ends[server]) = (0, 0);
        try
        {
            await server.ConnectAsync(_target);
            await Task.WhenAny(PassAsync(client, server), PassAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody listens.
        }

        // Either end's end is the other's; a reset, as a killed process makes it.
        foreach (var end in new[] { client, server })
        {
            end.LingerState = new LingerOption(true, 0);
            end.Dispose();
            _ends.TryRemove(end, out _);
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                if (_silence is { } silence)
                {
                    await silence.Task;
                }

                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One of them is gone.
        }
    }
}
