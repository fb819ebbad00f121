using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Pulling;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>QUERY_SUBSCRIPTION_BY_CONSUMER (345): what a group's consumers subscribe to in a topic, by heartbeat or by pull; nothing where they don't.</summary>
internal sealed class GroupSubscriptionHandler(ConsumerTable consumers, PulledSubscriptions pulled) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<QuerySubscriptionByConsumerRequestHeader>();
        if (header.Topic is null)
        {
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
                ResponseCode.SystemError, "no topic is named: what a group subscribes to is asked topic by topic"));
        }

        var body = new QuerySubscriptionResponseBody
        {
            Group = header.Group,
            Topic = header.Topic,
            SubscriptionData = consumers.Find(header.Group)?.Subscription(header.Topic) ?? pulled.Find(header.Group, header.Topic),
        };
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(body)));
    }
}
