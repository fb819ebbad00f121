using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Topics.Remoting;

/// <summary>GET_SYSTEM_TOPIC_LIST_FROM_BROKER (305).</summary>
internal sealed class SystemTopicsHandler(TopicTable topics) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(
            ResponseCode.Success, RemotingJson.Serialize(new TopicList { Topics = [.. topics.SystemTopicNames] })));
}
