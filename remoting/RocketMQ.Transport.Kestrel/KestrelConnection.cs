using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Transport.Kestrel;

/// <summary>A connection of Kestrel's: its pipes as they are, nothing is copied in between.</summary>
internal sealed class KestrelConnection(ConnectionContext connection) : ITransportConnection
{
    private readonly Socket? _socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;

    public string Id => connection.ConnectionId;

    public EndPoint? RemoteEndPoint => connection.RemoteEndPoint;

    public EndPoint? LocalEndPoint => connection.LocalEndPoint;

    public PipeReader Input { get; } = connection.Transport.Input;

    public PipeWriter Output { get; } = connection.Transport.Output;

    public bool HasMoreInput => _socket?.HasInput() ?? false;

    public void Abort(string reason) => connection.Abort(new ConnectionAbortedException(reason));

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
