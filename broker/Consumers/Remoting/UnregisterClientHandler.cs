using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers.Remoting;

/// <summary>
/// UNREGISTER_CLIENT (35): a client leaves a group before it closes. Some clients name the group in the body: a member that stays would
/// keep its share of the queues until its connection ends.
/// </summary>
public sealed class UnregisterClientHandler(Heartbeats heartbeats) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<UnregisterClientRequestHeader>();
        var (producerGroup, consumerGroup) = header is { ProducerGroup: null, ConsumerGroup: null }
            ? NamedInBody(context.Request)
            : (header.ProducerGroup, header.ConsumerGroup);
        heartbeats.Leave(RemotingLink.Of(context), producerGroup, consumerGroup);
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
    }

    /// <summary>A body is no part of the request, so one that can't be read is no fault in it.</summary>
    private static (string? ProducerGroup, string? ConsumerGroup) NamedInBody(RemotingCommand request)
    {
        if (request.Body.IsEmpty)
        {
            return default;
        }

        try
        {
            var body = request.ReadBody<UnregisterClientBody>();
            return (body.ProducerGroup, body.ConsumerGroup);
        }
        catch (RemotingJsonException)
        {
            return default;
        }
    }
}
