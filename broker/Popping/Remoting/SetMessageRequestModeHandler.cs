using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>SET_MESSAGE_REQUEST_MODE (401): a group shall pull a topic, or pop it.</summary>
internal sealed class SetMessageRequestModeHandler(MessageRequestModes modes, TopicTable topics, SubscriptionGroups groups) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var mode = context.Request.ReadBody<SetMessageRequestModeRequestBody>();
        if (SystemTopics.IsRetry(mode.Topic))
        {
            return RemotingCommand.Response(ResponseCode.NoPermission, "retry topic is not allowed to set mode");
        }

        if (!topics.TryGet(mode.Topic, out _))
        {
            return RemotingCommand.Response(ResponseCode.TopicNotExist, $"topic[{mode.Topic}] not exist");
        }

        if (groups.Find(mode.ConsumerGroup) is null)
        {
            return RemotingCommand.Response(ResponseCode.SubscriptionGroupNotExist, $"subscription group does not exist: {mode.ConsumerGroup}");
        }

        return (await modes.SetAsync(mode).ConfigureAwait(false))?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
    }
}
