using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Statistics.Remoting;

/// <summary>GET_BROKER_RUNTIME_INFO (28): how the broker does, for clusterList, brokerStatus and dashboards.</summary>
internal sealed class RuntimeInfoHandler(RuntimeInfo info) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(
            ResponseCode.Success, RemotingJson.Serialize(new KVTable { Table = info.Collect() })));
}
