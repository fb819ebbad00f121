using RocketMQ.Client.Core;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Callbacks;

/// <summary>GET_CONSUMER_STATUS_FROM_CLIENT (221): how far the queues of a topic are consumed here.</summary>
internal sealed class ConsumerStatusHandler(GroupTable groups) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetConsumerStatusRequestHeader>();
        var offsets = groups.Consumer(header.Group)?.ConsumedOffsets(header.Topic) ?? [];
        return new(RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new GetConsumerStatusBody { MessageQueueTable = offsets })));
    }
}
