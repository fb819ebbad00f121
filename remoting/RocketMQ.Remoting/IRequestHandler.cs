using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting;

/// <summary>Answers the requests of one code, or of a few that differ only in their header's spelling.</summary>
public interface IRequestHandler
{
    /// <summary>
    /// Handles one request. Until its first await it may use the request's fields and body, which are borrowed from the connection.
    /// </summary>
    /// <returns>The response; <see langword="null"/> when there is none (one-way) or when the request was parked and something
    /// else will answer it through <see cref="RequestContext.Park"/>.</returns>
    ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken);
}
