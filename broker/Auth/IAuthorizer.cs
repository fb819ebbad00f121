using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth;

/// <summary>
/// Asked by a handler about what it found: a request may name a record by its place in the log, and whose that is nobody knows before it is
/// read. What a request names in words is asked about before its handler runs.
/// </summary>
public interface IAuthorizer
{
    /// <summary>Whether the request's user may do something to the topic a record belongs to.</summary>
    /// <param name="context">The request, whose signature was checked.</param>
    /// <param name="actions">Any one of these.</param>
    /// <param name="topic">The record's topic; a retry topic stands for its group.</param>
    /// <param name="group">The group it is read for: its own retry topics need nothing beyond it. <see langword="null"/> for none.</param>
    /// <returns><see langword="null"/> when it may, or when access control is off.</returns>
    Refusal? Check(in RequestContext context, AccessAction actions, string topic, string? group = null);

    /// <summary>Whether the request is signed by a super user. Nobody is one while signatures are not checked.</summary>
    bool IsSuper(RemotingCommand request);
}
