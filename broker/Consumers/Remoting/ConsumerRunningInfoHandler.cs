using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers.Remoting;

/// <summary>GET_CONSUMER_RUNNING_INFO (307): a consumer says how it does.</summary>
internal sealed class ConsumerRunningInfoHandler(ConsumerCalls calls) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetConsumerRunningInfoRequestHeader>();
        return calls.Find(header.ConsumerGroup, header.ClientId, out var refusal) is { } consumer
            ? ConsumerCalls.CallAsync(
                consumer, header.ConsumerGroup, RemotingCommand.Request(RequestCode.GetConsumerRunningInfo, header), cancellationToken)
            : ValueTask.FromResult(refusal);
    }
}
