using System.Collections.Concurrent;
using System.Net;

namespace RocketMQ.Remoting.Tests.Support;

/// <summary>A server on a free loopback port, with its connections and its log in view.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly RemotingServer _server;
    private readonly SemaphoreSlim _opened = new(0);

    private TestServer(RequestTable table, RemotingOptions options, TimeProvider time, int port)
    {
        _server = new RemotingServer(new IPEndPoint(IPAddress.Loopback, port), table, options, time, Logs);
        _server.ConnectionOpened += connection =>
        {
            Connections.Enqueue(connection);
            _opened.Release();
        };
        _server.ConnectionClosed += connection => ClosedConnections.Add(connection);
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

    public static RemotingClient Client(RequestTable? table = null, RemotingOptions? options = null, TimeProvider? time = null) =>
        new(table ?? RequestTable.Empty, options ?? new RemotingOptions(), time ?? TimeProvider.System, new LogCollector());

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
