using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Topics.Remoting;

/// <summary>GET_TOPIC_CONFIG (351): one topic as it is configured.</summary>
internal sealed class TopicConfigHandler(TopicTable topics) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var topic = context.Request.ReadHeader<GetTopicConfigRequestHeader>().Topic;
        return ValueTask.FromResult<RemotingCommand?>(topics.TryGet(topic, out var config)
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(config))
            : RemotingCommand.Response(ResponseCode.TopicNotExist, $"No topic in this broker. topic: {topic}"));
    }
}
