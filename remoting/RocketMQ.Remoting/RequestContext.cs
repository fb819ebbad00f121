using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting;

/// <summary>A request and where it came from.</summary>
public readonly struct RequestContext(RemotingConnection connection, RemotingCommand request)
{
    public RemotingConnection Connection { get; } = connection;

    public RemotingCommand Request { get; } = request;

    /// <summary>Takes over the duty to answer: the handler returns <see langword="null"/> and the returned handle replies later.</summary>
    public ReplyHandle Park() => new(Connection, Request, isParked: true);
}
