using System.Collections.Concurrent;
using System.Net;
using RocketMQ.Remoting.Transport;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.Remoting.Tests.Support;

/// <summary>A server on a free loopback port, over Kestrel's sockets unless its options say otherwise, with its connections and its log in view.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly RemotingServer _server;
    private readonly IConnectionTransport _transport;
    private readonly SemaphoreSlim _opened = new(0);

    private TestServer(RequestTable table, RemotingOptions options, TimeProvider time, int port)
    {
        _transport = options.Transport ?? new KestrelTransport(Logs);
        _server = new RemotingServer(new IPEndPoint(IPAddress.Loopback, port), table, options with { Transport = _transport }, time, Logs);
        _server.ConnectionOpened += connection =>
        {
            Connections.Enqueue(connection);
            _opened.Release();
        };
        _server.ConnectionClosed += connection => ClosedConnections.Add(connection);
    }

    public event Action<RemotingConnection> ConnectionClosed
    {
        add => _server.ConnectionClosed += value;
        remove => _server.ConnectionClosed -= value;
    }

    public LogCollector Logs { get; } = new();

    public ConcurrentQueue<RemotingConnection> Connections { get; } = new();

    public BlockingCollection<RemotingConnection> ClosedConnections { get; } = [];

    public IPEndPoint EndPoint => _server.LocalEndPoint;

    public string Address => EndPoint.ToString();

    public int ConnectionCount => _server.ConnectionCount;

    public static async Task<TestServer> StartAsync(
        RequestTable table, RemotingOptions? options = null, TimeProvider? time = null, int port = 0)
    {
        var server = new TestServer(table, options ?? new RemotingOptions(), time ?? TimeProvider.System, port);
        await server._server.StartAsync();
        return server;
    }

    public static Task<TestServer> StartAsync(IRequestHandler handler, RemotingOptions? options = null, TimeProvider? time = null) =>
        StartAsync(new RequestTable.Builder().Add(1, handler).Build(), options, time);

    /// <summary>A peer of its own making.</summary>
    public RawPeer Connect(int? receiveBufferBytes = null) => new(_transport is MemoryTransport or TlsTransport
        ? new ConnectionWire(_transport.ConnectAsync(EndPoint, default).AsTask().GetAwaiter().GetResult())
        : new SocketWire(EndPoint, receiveBufferBytes));

    /// <summary>The server's end of the connection that was opened next.</summary>
    public async Task<RemotingConnection> NextConnectionAsync()
    {
        Assert.That(await _opened.WaitAsync(TimeSpan.FromSeconds(10)), "no connection was opened");
        Connections.TryDequeue(out var connection);
        return connection!;
    }

    public string NextCloseReason()
    {
        Assert.That(ClosedConnections.TryTake(out var connection, TimeSpan.FromSeconds(10)), "no connection was closed");
        return connection!.CloseReason!;
    }

    public Task StopAsync() => _server.StopAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
