using RocketMQ.Broker.Consumers;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets;

/// <summary>QUERY_SUBSCRIPTION_BY_CONSUMER (345): what a group's consumers subscribe to in a topic; nothing where they don't.</summary>
internal sealed class GroupSubscriptionHandler(ConsumerTable consumers) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<QuerySubscriptionByConsumerRequestHeader>();
        var body = new QuerySubscriptionResponseBody
        {
            Group = header.Group,
            Topic = header.Topic,
            SubscriptionData = header.Topic is null ? null : consumers.Find(header.Group)?.Subscription(header.Topic),
        };
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(body)));
    }
}
