using System.Net;

namespace RocketMQ.Remoting.Probes;

/// <summary>Listens for probes until it is disposed, which answers what is being asked.</summary>
public interface IProbeListener : IAsyncDisposable
{
    /// <summary>Where it listens.</summary>
    IPEndPoint LocalEndPoint { get; }
}
