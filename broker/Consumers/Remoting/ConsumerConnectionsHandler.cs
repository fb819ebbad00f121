using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers.Remoting;

/// <summary>GET_CONSUMER_CONNECTION_LIST (203): who consumes for a group, and what the group subscribes to.</summary>
internal sealed class ConsumerConnectionsHandler(ConsumerTable consumers) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var name = context.Request.ReadHeader<GetConsumerConnectionListRequestHeader>().ConsumerGroup;
        return ValueTask.FromResult<RemotingCommand?>(consumers.Find(name) is { } group
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new ConsumerConnection
            {
                ConnectionSet = [.. group.Channels.Select(ClientAdministration.Describe)],
                SubscriptionTable = new Dictionary<string, SubscriptionData>(group.Subscriptions),
                ConsumeType = group.ConsumeType,
                MessageModel = group.MessageModel,
                ConsumeFromWhere = group.ConsumeFromWhere,
            }))
            : RemotingCommand.Response(ResponseCode.ConsumerNotOnline, $"the consumer group[{name}] not online"));
    }
}
