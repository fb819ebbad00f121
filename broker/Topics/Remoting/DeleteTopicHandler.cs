using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Topics.Remoting;

/// <summary>DELETE_TOPIC_IN_BROKER (215): see <see cref="TopicDeletion"/>.</summary>
internal sealed class DeleteTopicHandler(BrokerOptions options, TopicTable topics, TopicDeletion deletion) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var topic = context.Request.ReadHeader<DeleteTopicRequestHeader>().Topic;
        if (string.IsNullOrWhiteSpace(topic))
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, "The specified topic is blank.");
        }

        if (options.ValidateSystemTopicWhenUpdateTopic && topics.IsSystem(topic))
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, TopicChanges.SystemTopicRefusal(topic));
        }

        var refusal = await deletion.DeleteAllAsync(topic).ConfigureAwait(false) ?? await topics.SettledAsync().ConfigureAwait(false);
        return refusal?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
    }
}
