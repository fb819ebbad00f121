using RocketMQ.Remoting.Transport;
using RocketMQ.Transport.DotNetty;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.Remoting.Tests.Support;

/// <summary>Tests that make servers and clients over one transport, whichever it is.</summary>
public abstract class TransportFixture(TransportKind kind)
{
    private readonly IConnectionTransport _transport = kind switch
    {
        TransportKind.Kestrel => new KestrelTransport(new LogCollector()),
        TransportKind.Sockets => SocketTransport.Inline,
        TransportKind.Memory => new MemoryTransport(),
        TransportKind.DotNetty => new DotNettyTransport(),
        TransportKind.Tls => new TlsTransport(new KestrelTransport(new LogCollector())),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such transport"),
    };

    protected TransportKind Kind => kind;

    protected IConnectionTransport Transport => _transport;

    protected Task<TestServer> StartAsync(RequestTable table, RemotingOptions? options = null, TimeProvider? time = null, int port = 0) =>
        TestServer.StartAsync(table, Over(options), time, port);

    protected Task<TestServer> StartAsync(IRequestHandler handler, RemotingOptions? options = null, TimeProvider? time = null) =>
        TestServer.StartAsync(handler, Over(options), time);

    /// <summary>A client as applications have it: where the server listens on sockets, it is one of plain sockets.</summary>
    protected RemotingClient Client(RequestTable? table = null, RemotingOptions? options = null, TimeProvider? time = null) =>
        new(table ?? RequestTable.Empty, kind is TransportKind.Memory or TransportKind.Tls ? Over(options) : options ?? new RemotingOptions(), time ?? TimeProvider.System, new LogCollector());

    /// <summary>These options over the fixture's transport.</summary>
    protected RemotingOptions Over(RemotingOptions? options) => (options ?? new RemotingOptions()) with { Transport = _transport };
}
