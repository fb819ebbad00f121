using System.Text;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Configuration.Remoting;

/// <summary>GET_BROKER_CONFIG (26): every key as it is in force, as properties text.</summary>
internal sealed class BrokerConfigHandler(LiveConfiguration configuration) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var response = RemotingCommand.ResponseWithBody(ResponseCode.Success, Encoding.UTF8.GetBytes(configuration.Describe()));
        response.Header = new GetBrokerConfigResponseHeader { Version = RemotingJson.SerializeToString(configuration.Version) };
        return ValueTask.FromResult<RemotingCommand?>(response);
    }
}
