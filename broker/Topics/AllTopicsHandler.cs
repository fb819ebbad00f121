using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Topics;

/// <summary>GET_ALL_TOPIC_CONFIG (21): every topic, for slaves and dashboards. There are no static topics.</summary>
internal sealed class AllTopicsHandler(TopicTable topics) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var all = topics.Snapshot();
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(
            ResponseCode.Success,
            RemotingJson.Serialize(new TopicConfigAndMappingSerializeWrapper { DataVersion = all.DataVersion, TopicConfigTable = all.TopicConfigTable })));
    }
}
