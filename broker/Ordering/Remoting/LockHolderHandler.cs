using RocketMQ.Broker.Configuration;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Ordering.Remoting;

/// <summary>GET_QUEUE_LOCK_HOLDER (30001, ours): who holds up a queue that is consumed in order. Apache's protocol has no way to ask.</summary>
public sealed class LockHolderHandler(BrokerOptions options, QueueLocks locks) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetQueueLockHolderRequestHeader>();
        var queue = new MessageQueue { Topic = header.Topic, BrokerName = options.BrokerName, QueueId = header.QueueId };
        var holder = locks.HolderOf(header.ConsumerGroup, queue);
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success, new GetQueueLockHolderResponseHeader
        {
            ClientId = holder?.ClientId,
            LastUpdateTimestamp = holder?.LastUpdateMs,
            ExpireTimestamp = holder?.LastUpdateMs + QueueLocks.LifetimeMs,
        }));
    }
}
