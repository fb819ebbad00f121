using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Probes;

namespace RocketMQ.Transport.Kestrel.Http;

/// <summary>
/// A listener for operators' probes: HTTP/1.1, GET and HEAD of a few paths, on Kestrel without a host around it. Requests are served on the
/// thread pool, never on the threads that serve clients. It has no access control: bind it to loopback or to a network that is trusted.
/// </summary>
public sealed class HttpEndpoint : IProbeListener
{
    /// <summary>Connections held at once; one more is closed at accept.</summary>
    public const int MaxConnections = 64;

    private readonly KestrelServer _server;
    private readonly Application _application;
    private readonly IPEndPoint _endPoint;

    /// <param name="endPoint">Where to listen; port 0 takes any free one.</param>
    /// <param name="serve">Answers a path; null is 404. Any thread, several at once.</param>
    /// <param name="loggers">Kestrel's own log below warnings is left out: a probe that hangs up is no event.</param>
    public HttpEndpoint(IPEndPoint endPoint, Func<string, HttpReply?> serve, ILoggerFactory loggers)
    {
        _endPoint = endPoint;
        _application = new Application(serve, loggers.CreateLogger<HttpEndpoint>());
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = MaxConnections;
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(120);
        options.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
    }

    /// <summary>Where it listens; the port is known once it is started.</summary>
    public IPEndPoint LocalEndPoint
    {
        get
        {
            var address = _server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
            return address is null ? _endPoint : new IPEndPoint(_endPoint.Address, new Uri(address).Port);
        }
    }

    /// <exception cref="RemotingBindException">The port is taken, or the address is not this machine's.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _server.StartAsync(_application, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or AddressInUseException)
        {
            throw new RemotingBindException(_endPoint, e);
        }
    }

    /// <summary>Answers what is being asked, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _server.StopAsync(patience.Token).ConfigureAwait(false);
        _server.Dispose();
    }

    private sealed class Application(Func<string, HttpReply?> serve, ILogger logger) : IHttpApplication<IFeatureCollection>
    {
        private const string PlainText = "text/plain; charset=utf-8";

        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public void DisposeContext(IFeatureCollection context, Exception? exception)
        {
        }

        public async Task ProcessRequestAsync(IFeatureCollection context)
        {
            var request = context.Get<IHttpRequestFeature>()!;
            var reply = Reply(request);
            var response = context.Get<IHttpResponseFeature>()!;
            response.StatusCode = reply.Status;
            response.Headers.ContentType = reply.ContentType;
            response.Headers.ContentLength = reply.Body.Length;
            response.Headers.CacheControl = "no-store";
            if (request.Method != "HEAD")
            {
                await context.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(reply.Body).ConfigureAwait(false);
            }
        }

        private HttpReply Reply(IHttpRequestFeature request)
        {
            if (request.Method is not ("GET" or "HEAD"))
            {
                return Text(405, $"{request.Method} is not served here, only GET and HEAD\n");
            }

            try
            {
                return serve(request.Path) ?? Text(404, $"nothing at {request.Path}\n");
            }
            catch (Exception e)
            {
                Log.ProbeFailed(logger, request.Path, e);
                return Text(500, string.Create(CultureInfo.InvariantCulture, $"{e.GetType().Name}: {e.Message}\n"));
            }
        }

        private static HttpReply Text(int status, string text) => new(status, PlainText, Encoding.UTF8.GetBytes(text));
    }
}
