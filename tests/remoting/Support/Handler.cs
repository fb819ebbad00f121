using System.Buffers;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting.Tests.Support;

/// <summary>A handler from a lambda, and the handlers that most tests want.</summary>
public sealed class Handler(Func<RequestContext, CancellationToken, ValueTask<RemotingCommand?>> handle) : IRequestHandler
{
    /// <summary>Answers with the request's body.</summary>
    public static Handler Echo { get; } =
        new(request => RemotingCommand.ResponseWithBody(0, request.Body.ToArray()));

    public Handler(Func<RemotingCommand, RemotingCommand?> handle)
        : this((context, _) => ValueTask.FromResult(handle(context.Request)))
    {
    }

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        handle(context, cancellationToken);
}
