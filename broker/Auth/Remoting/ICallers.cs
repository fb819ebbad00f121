using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>Who sent a request.</summary>
public interface ICallers
{
    /// <summary>The caller that an operation asks about. What is borrowed of the request is read by then.</summary>
    Caller Of(in RequestContext context);

    /// <summary>Whether the request is signed by a super user. Nobody is one while signatures are not checked.</summary>
    bool IsSuper(RemotingCommand request);
}
