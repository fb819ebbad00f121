using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Remoting;

/// <summary>Answers a parked request with what its operation came to.</summary>
internal sealed class RemotingWaiter<T>(ReplyHandle reply, Func<T, RemotingCommand> encode, Func<Exception, RemotingCommand> encodeFailure) : IWaiter<T>
{
    public bool IsGone => reply.Connection.IsClosed;

    public void Answer(T result) => reply.Reply(encode(result));

    public void Fail(Exception exception) => reply.Reply(encodeFailure(exception));
}
