using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping;

/// <summary>POLLING_INFO (200055): how many pops of a group wait for a queue.</summary>
internal sealed class PollingInfoHandler(PopGuard guard, ParkedRequests parkedPops) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<PollingInfoRequestHeader>();
        var refusal = guard.Check("peeking", header.Topic, header.QueueId, header.ConsumerGroup, out _);
        return ValueTask.FromResult<RemotingCommand?>(refusal is not null
            ? RemotingCommand.Response(refusal.Code, new PollingInfoResponseHeader(), refusal.Reason)
            : RemotingCommand.Response(
                ResponseCode.Success,
                new PollingInfoResponseHeader { PollingNum = parkedPops.CountOf(new PopQueue(header.Topic, header.ConsumerGroup, header.QueueId)) }));
    }
}
