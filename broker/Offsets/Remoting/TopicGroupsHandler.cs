using RocketMQ.Broker.Consumers;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>QUERY_TOPIC_CONSUME_BY_WHO (300): groups that subscribe to a topic now, or have consumed it.</summary>
internal sealed class TopicGroupsHandler(ConsumerOffsets offsets, ConsumerTable consumers) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var topic = context.Request.ReadHeader<QueryTopicConsumeByWhoRequestHeader>().Topic;
        var groups = consumers.All.Values
            .Where(group => !group.IsEmpty && group.Subscription(topic) is not null)
            .Select(group => group.Name)
            .Concat(offsets.GroupsOf(topic));
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(
            ResponseCode.Success, RemotingJson.Serialize(new GroupList { Groups = [.. groups] })));
    }
}
