using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Limits;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Ordering.Remoting;

/// <summary>LOCK_BATCH_MQ (41): answered with the queues the client may consume in order.</summary>
public sealed class LockHandler(BrokerOptions options, QueueLocks locks) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var body = context.Request.ReadBody<LockBatchRequestBody>();
        var held = locks.Lock(body.ConsumerGroup, body.ClientId, body.MqSet, out var isFull);
        if (isFull && held.Count == 0)
        {
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
                ResponseCode.SystemError, Reached.Limit("locked queues", "maxQueueLockNum", options.MaxQueueLockNum)));
        }

        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(
            ResponseCode.Success, RemotingJson.Serialize(new LockBatchResponseBody { LockOkMqSet = [.. held] })));
    }
}
