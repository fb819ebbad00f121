using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Tools.Tests.Support;

/// <summary>Answers with the bodies that a server of Apache's gave.</summary>
internal sealed class RecordedServer : IAsyncDisposable
{
    private readonly RemotingServer _server;

    private RecordedServer(RequestTable table) =>
        _server = new RemotingServer(new IPEndPoint(IPAddress.Loopback, 0), table, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);

    public string Address => _server.LocalEndPoint.ToString();

    public static async Task<RecordedServer> StartAsync(int code, string body)
    {
        var server = new RecordedServer(new RequestTable.Builder().Add(code, new Handler(Encoding.UTF8.GetBytes(body))).Build());
        await server._server.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class Handler(byte[] body) : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, body));
    }
}
