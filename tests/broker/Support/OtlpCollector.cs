using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>Takes what an OTLP exporter sends over gRPC (HTTP/2 without TLS) and answers that all is well.</summary>
internal sealed class OtlpCollector : IHttpApplication<IFeatureCollection>, IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly TaskCompletionSource<(string Headers, string Body)> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OtlpCollector()
    {
        var options = new KestrelServerOptions();
        options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        _server = new KestrelServer(
            Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    public string Address => _server.Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Of the first export that is not empty: its headers, a line each, and the message with its strings readable.</summary>
    public Task<(string Headers, string Body)> FirstExport => _first.Task.WaitAsync(TimeSpan.FromSeconds(20));

    public static async Task<OtlpCollector> StartAsync()
    {
        var collector = new OtlpCollector();
        await collector._server.StartAsync(collector, default);
        return collector;
    }

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.Get<IHttpRequestFeature>()!;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var response = context.Get<IHttpResponseFeature>()!;
        response.Headers.ContentType = "application/grpc";
        await context.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(new byte[5]);
        context.Get<IHttpResponseTrailersFeature>()!.Trailers["grpc-status"] = "0";
        if (body.Length > 100)
        {
            _first.TrySetResult((
                string.Join('\n', request.Headers.Select(h => $"{h.Key}: {h.Value}")), Encoding.Latin1.GetString(body.ToArray())));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(true));
        _server.Dispose();
    }
}
