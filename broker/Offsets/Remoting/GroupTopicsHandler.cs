using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>QUERY_TOPICS_BY_CONSUMER (343): topics that a group has consumed.</summary>
/// <param name="offsets">Tells the topics.</param>
/// <param name="brokerAddress">Who answers, <c>host:port</c>.</param>
internal sealed class GroupTopicsHandler(ConsumerOffsets offsets, string brokerAddress) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var group = context.Request.ReadHeader<QueryTopicsByConsumerRequestHeader>().Group;
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(
            ResponseCode.Success,
            RemotingJson.Serialize(new TopicList { Topics = [.. offsets.TopicsOf(group)], BrokerAddr = brokerAddress })));
    }
}
