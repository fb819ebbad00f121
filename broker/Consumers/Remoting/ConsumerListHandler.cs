using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers.Remoting;

/// <summary>GET_CONSUMER_LIST_BY_GROUP (38): the members among which a client divides the queues.</summary>
public sealed class ConsumerListHandler(ConsumerTable consumers) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var group = context.Request.ReadHeader<GetConsumerListByGroupRequestHeader>().ConsumerGroup;
        var ids = consumers.Find(group)?.ClientIds ?? [];

        // An empty list would make the client drop all its queues; clients expect an error instead.
        var response = ids.Count == 0
            ? RemotingCommand.Response(ResponseCode.SystemError, $"no consumer for this group, {group}")
            : RemotingCommand.ResponseWithBody(
                ResponseCode.Success, RemotingJson.Serialize(new GetConsumerListByGroupResponseBody { ConsumerIds = ids }));
        return ValueTask.FromResult<RemotingCommand?>(response);
    }
}
