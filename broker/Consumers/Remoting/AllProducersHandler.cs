using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers.Remoting;

/// <summary>GET_ALL_PRODUCER_INFO (328): who produces, by group.</summary>
internal sealed class AllProducersHandler(ProducerTable producers) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new ProducerTableInfo
        {
            Data = producers.Groups.ToDictionary(group => group, group => producers.Find(group).Select(Describe).ToList()),
        })));

    /// <summary>The address as Java writes one that was never a name.</summary>
    private static ProducerInfo Describe(ClientChannel channel) => new()
    {
        ClientId = channel.ClientId,
        RemoteIp = $"/{channel.Link.Address}",
        Language = channel.Link.Language,
        Version = channel.Link.Version,
        LastUpdateTimestamp = channel.LastUpdateMs,
    };
}
