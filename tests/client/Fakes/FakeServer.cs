using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Tests.Fakes;

/// <summary>A server whose answers a test writes, code by code, and that remembers what it was asked.</summary>
internal abstract class FakeServer : IAsyncDisposable
{
    private readonly Dictionary<int, Func<RequestContext, ValueTask<RemotingCommand?>>> _usual = [];
    private readonly ConcurrentDictionary<int, Func<RequestContext, ValueTask<RemotingCommand?>>> _scripted = [];
    private readonly ConcurrentQueue<RemotingCommand> _received = new();
    private readonly ConcurrentDictionary<RemotingConnection, byte> _connections = new();
    private RemotingServer? _server;
    private IPEndPoint _endPoint = new(IPAddress.Loopback, 0);

    public string Address => _endPoint.ToString();

    public IReadOnlyCollection<RemotingConnection> Connections => (IReadOnlyCollection<RemotingConnection>)_connections.Keys;

    public IEnumerable<RemotingCommand> Received(int code) => _received.Where(r => r.Code == code);

    public async Task StartAsync()
    {
        var table = new RequestTable.Builder();
        foreach (var code in _usual.Keys)
        {
            table.Add(code, new Handler(this));
        }

        _server = new RemotingServer(_endPoint, table.Build(), new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        _server.ConnectionOpened += c => _connections[c] = 0;
        _server.ConnectionClosed += c => _connections.TryRemove(c, out _);
        await _server.StartAsync();
        _endPoint = _server.LocalEndPoint;
    }

    /// <summary>Stops; started again, it listens at the same address.</summary>
    public virtual async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Answers a code in a way of its own until <see cref="Unscript"/>.</summary>
    public void Script(int code, Func<RequestContext, RemotingCommand?> answer) => _scripted[code] = c => new ValueTask<RemotingCommand?>(answer(c));

    public void Script(int code, int responseCode, string remark) => Script(code, _ => RemotingCommand.Response(responseCode, remark));

    public void Unscript(int code) => _scripted.TryRemove(code, out _);

    protected void On(int code, Func<RequestContext, RemotingCommand?> answer) => _usual[code] = c => new ValueTask<RemotingCommand?>(answer(c));

    protected void OnAsync(int code, Func<RequestContext, ValueTask<RemotingCommand?>> answer) => _usual[code] = answer;

    private sealed class Handler(FakeServer owner) : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            owner._received.Enqueue(context.Request.ToOwned());
            return owner._scripted.TryGetValue(context.Request.Code, out var scripted)
                ? scripted(context)
                : owner._usual[context.Request.Code](context);
        }
    }
}
