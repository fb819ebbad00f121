using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Ordering.Remoting;

/// <summary>UNLOCK_BATCH_MQ (42): an ordered consumer gives up queues, at rebalance or stop.</summary>
public sealed class UnlockHandler(QueueLocks locks) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var body = context.Request.ReadBody<LockBatchRequestBody>();
        locks.Unlock(body.ConsumerGroup, body.ClientId, body.MqSet);
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
    }
}
