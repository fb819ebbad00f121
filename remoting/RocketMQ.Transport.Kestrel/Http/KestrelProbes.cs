using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Probes;

namespace RocketMQ.Transport.Kestrel.Http;

/// <summary>Probes over Kestrel's HTTP server.</summary>
public sealed class KestrelProbes(ILoggerFactory loggers) : IProbeTransport
{
    public async Task<IProbeListener> ListenAsync(IPEndPoint endPoint, Func<string, HttpReply?> serve)
    {
        var endpoint = new HttpEndpoint(endPoint, serve, loggers);
        try
        {
            await endpoint.StartAsync().ConfigureAwait(false);
            return endpoint;
        }
        catch (RemotingBindException)
        {
            await endpoint.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
