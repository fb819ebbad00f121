using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers.Remoting;

/// <summary>GET_PRODUCER_CONNECTION_LIST (204): who produces for a group.</summary>
internal sealed class ProducerConnectionsHandler(ProducerTable producers) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var name = context.Request.ReadHeader<GetProducerConnectionListRequestHeader>().ProducerGroup;
        var channels = producers.Find(name);
        return ValueTask.FromResult<RemotingCommand?>(channels.Count > 0
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new ProducerConnection
            {
                ConnectionSet = [.. channels.Select(ClientAdministration.Describe)],
            }))
            : RemotingCommand.Response(ResponseCode.SystemError, $"the producer group[{name}] not exist"));
    }
}
