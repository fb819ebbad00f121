using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Cleaning.Remoting;

/// <summary>CLEAN_EXPIRED_CONSUMEQUEUE (306): consume queues let go of what lists deleted messages.</summary>
internal sealed class CleanQueuesHandler(MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        store.CleanExpiredQueues();
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
    }
}
