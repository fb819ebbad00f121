using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>POLLING_INFO (200055): how many pops of a group wait for a queue.</summary>
internal sealed class PollingInfoHandler(Pops pops) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<PollingInfoRequestHeader>();
        var refusal = pops.CountWaiting(header.Topic, header.ConsumerGroup, header.QueueId, out var count);
        return ValueTask.FromResult<RemotingCommand?>(
            refusal?.ToResponse(new PollingInfoResponseHeader())
            ?? RemotingCommand.Response(ResponseCode.Success, new PollingInfoResponseHeader { PollingNum = count }));
    }
}
