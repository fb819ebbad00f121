using System.IO.Pipelines;
using System.Net;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting.Entering;

/// <summary>A connection that a proxy forwards, with the address of whoever made it. Its bytes are the proxy's connection's as they are.</summary>
internal sealed class RelayedConnection(ITransportConnection transport, IPEndPoint source) : ITransportConnection
{
    public string Id => transport.Id;

    public EndPoint? RemoteEndPoint { get; } = source;

    public EndPoint? LocalEndPoint => transport.LocalEndPoint;

    public PipeReader Input { get; } = transport.Input;

    public PipeWriter Output { get; } = transport.Output;

    public bool HasMoreInput => transport.HasMoreInput;

    public void Abort(string reason) => transport.Abort(reason);

    public ValueTask DisposeAsync() => transport.DisposeAsync();
}
