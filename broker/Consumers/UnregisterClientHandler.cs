using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers;

/// <summary>UNREGISTER_CLIENT (35): a client leaves a group before it closes.</summary>
public sealed class UnregisterClientHandler(ConsumerTable consumers, ProducerTable producers) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<UnregisterClientRequestHeader>();
        if (!string.IsNullOrEmpty(header.ProducerGroup))
        {
            producers.Unregister(header.ProducerGroup, context.Connection);
        }

        if (!string.IsNullOrEmpty(header.ConsumerGroup))
        {
            consumers.Unregister(header.ConsumerGroup, context.Connection);
        }

        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
    }
}
